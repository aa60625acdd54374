"""How people show who they are: by e-ID, by a code sent to their e-mail, by password or passkey; and how they sign."""
