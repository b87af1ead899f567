"""The demo: three campuses with everything under way, made by the real actions at moments of the past.

Nobody in it is a person: all are labels such as "Demo proposer, Montana".
"""
