-- One limit of one platform, in one step: whether requests may leave now. issuance/sending/limiter.py says what it is for.
--
-- KEYS[1]: a sorted set with the moment of each request ("<id> <who>"). Two members have negative scores, so that no
-- window counts them: "start <server>", since when this very server has counted, and "pause", until when the platform
-- wants rest. Both live in the same key as the requests, so that none is lost without the others.
-- KEYS[2]: who was refused for want of room ("<portion> <who>"), with the moment until which they count as waiting.
-- ARGV: who, portion, cost (0: only look), id, latest (the server's clock cannot be beyond this, 0: unknown), pause
-- (seconds), margin, moment (in place of the server's clock), idle (seconds for which nothing left before a first
-- start), then amount and seconds of each rate.
-- Returns the seconds to wait ("0": they may leave) and the server's time.

local log, waiting = KEYS[1], KEYS[2]
local who, portion, cost, id = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local latest, pause, margin = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local idle = tonumber(ARGV[9])
local FIRST_RATE = 10
local STAYS = 2 -- seconds that somebody counts as waiting once there is room for them
local LOOK_AGAIN = 1 -- seconds after which to ask again for what others were about to take

local function text(number)
  return string.format('%.6f', number)
end

local function clock()
  if ARGV[8] ~= '' then return tonumber(ARGV[8]) end
  local time = redis.call('TIME')
  return tonumber(time[1]) + tonumber(time[2]) / 1000000
end

local now = clock()

-- Since when this server has counted. Nobody knows what left before; nor when its clock jumped.
local function counting_since()
  local server = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') or ''
  local mark = 'start ' .. server
  local since = redis.call('ZSCORE', log, mark)
  local newest = redis.call('ZREVRANGE', log, 0, 0, 'WITHSCORES')[2]
  local set_back = (newest and tonumber(newest) > now + margin) or (since and -tonumber(since) > now + margin)
  local set_forward = latest > 0 and now > latest
  if since and not set_back and not set_forward then return -tonumber(since) end
  redis.call('DEL', log)
  redis.call('ZADD', log, text(idle - now), mark)
  return now - idle
end

-- Until when the platform wants rest; a shorter pause never cuts a longer one.
local function resting_until()
  local known = redis.call('ZSCORE', log, 'pause')
  local till = math.max(known and -tonumber(known) or 0, pause > 0 and now + pause or 0)
  if till > now then
    redis.call('ZADD', log, text(-till), 'pause')
  elseif known then
    redis.call('ZREM', log, 'pause')
  end
  return till
end

-- How many requests of each left in this window, and when mine did.
local function by_owner(since)
  local counts, mine = {}, {}
  local found = redis.call('ZRANGEBYSCORE', log, since, '+inf', 'WITHSCORES')
  for n = 1, #found, 2 do
    local owner = string.match(found[n], '^%S+ (.*)$')
    counts[owner] = (counts[owner] or 0) + 1
    if owner == who then mine[#mine + 1] = tonumber(found[n + 1]) end
  end
  return counts, mine
end

local function others_waiting()
  redis.call('ZREMRANGEBYSCORE', waiting, '-inf', text(now))
  local others = {}
  for _, member in ipairs(redis.call('ZRANGE', waiting, 0, -1)) do
    local part, name = string.match(member, '^(%S+) (.*)$')
    if name ~= who then others[name] = tonumber(part) end
  end
  return others
end

local function most_of(amount, part)
  return math.max(1, math.floor(amount * part))
end

-- How long to leave the room that there is to others who wait and have had less.
local function left_to_others(amount, seconds, room, since)
  local others = others_waiting()
  if portion >= 1 and next(others) == nil then return 0 end
  local counts, mine = by_owner(since)
  local heads = 1
  for _ in pairs(others) do heads = heads + 1 end
  local share, most = most_of(amount, 1 / heads), math.max(most_of(amount, portion), cost)
  if #mine + cost > most then
    return mine[math.min(#mine + cost - most, #mine)] + seconds - now
  end
  local kept = 0
  for name, part in pairs(others) do
    kept = kept + math.max(0, math.min(share, most_of(amount, part)) - (counts[name] or 0))
  end
  if #mine + cost <= share or cost <= room - kept then return 0 end
  return LOOK_AGAIN
end

local rates, longest = {}, 0
for n = FIRST_RATE, #ARGV, 2 do
  rates[#rates + 1] = {amount = tonumber(ARGV[n]), seconds = tonumber(ARGV[n + 1])}
  longest = math.max(longest, rates[#rates].seconds)
end

local began = counting_since()
local wait = math.max(began + longest - now, resting_until() - now)
if wait > 0 then return {text(wait), text(now)} end

redis.call('ZREMRANGEBYSCORE', log, 0, text(now - longest))
local wanted = math.max(cost, 1)
wait = 0
for _, rate in ipairs(rates) do
  local since = '(' .. text(now - rate.seconds)
  local room = rate.amount - redis.call('ZCOUNT', log, since, '+inf')
  if wanted > room then
    local leaves = redis.call('ZRANGEBYSCORE', log, since, '+inf', 'WITHSCORES', 'LIMIT', wanted - room - 1, 1)
    wait = math.max(wait, tonumber(leaves[2]) + rate.seconds - now, 0.001)
  elseif cost > 0 then
    wait = math.max(wait, left_to_others(rate.amount, rate.seconds, room, since))
  end
end

if cost > 0 then
  if wait > 0 then
    redis.call('ZADD', waiting, text(now + wait + STAYS), ARGV[2] .. ' ' .. who)
    redis.call('EXPIRE', waiting, math.ceil(wait) + STAYS + 60)
  else
    for n = 1, cost do
      redis.call('ZADD', log, text(now), id .. '.' .. n .. ' ' .. who)
    end
  end
end
return {text(wait), text(now)}
