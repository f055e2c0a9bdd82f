"""Who sends a request: somebody with a password, the bearer of a token, or nobody known.

    identity.py        who somebody turned out to be
    authenticator.py   from the header `Authorization` to an identity
    passwords.py       basic authentication: users and passwords from a file
    tokens.py          bearer tokens (JWT) of an OpenID Connect issuer; needs the extra `oidc`
    signing_keys.py    the issuer's public keys, from a file or an address

Who may do what is not decided here.
"""
