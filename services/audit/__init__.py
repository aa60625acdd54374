"""Audit: the trail of everything every other service has told, and the proof that it is whole and unchanged.

Hears: every other service, every fact, known to this code or not. Keeps each text byte for byte, under every case it
concerns and under its subject, and grows one RFC 9162 tree per source in the same transaction.
Tells: nothing. It decides nothing and writes nothing but what it hears, and what the signer has signed of it.
Answers: is it complete, what is the trail of this case, prove that this fact is in it, and, to anybody, the log as C2SP
has it: checkpoints and the hashes of the tree.
Never parks: what nobody can read is kept like the rest, and what cannot be kept stops the reader until it can.
"""
