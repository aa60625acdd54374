"""HTTP glue: how a request becomes a command or a question, and how an answer or a refusal is told."""
