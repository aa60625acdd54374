"""A certified OpenID provider (npm's oidc-provider), fetched once into a cache and run for the tests."""
