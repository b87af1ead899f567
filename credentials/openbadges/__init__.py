"""Open Badges 3.0 credentials as functions of values: build, sign, bake, revoke and verify.

Nothing here reads a database, a setting or the network; whoever calls passes in what is needed.
Source of the rules: Open Badges Specification 3.0, Final Release (1EdTech), and the W3C recommendations that
it builds on (VC Data Model 2.0, Data Integrity EdDSA Cryptosuites 1.0, Bitstring Status List 1.0, DID Core
1.0).
"""
