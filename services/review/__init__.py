"""Review: whether an application may get money, what a panel thinks of it, and what a person decides.

It answers for formal checks and completion requests, conflicts of interest, individual assessment, the user
representatives' statement, meetings, decisions under the budget's ceiling, notices, legal force and appeals.

It hears `applications`: programmes, clocks, calls, registered cases, completions that came or did not, withdrawals.
It tells what it found and what was decided; `applications` shows it to the association and `payouts` pays. It never
decides by itself (KL 6:38): every check and every ranking only proposes, and a decision carries the person who made it.

Names, reasons and letters stay in its own store under the case's key; its events carry ids, amounts, codes and digests.
"""
