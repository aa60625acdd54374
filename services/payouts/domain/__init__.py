"""The rules of paying: what each subject is, what may happen to it when, and what the rules of judgement say. Pure."""
