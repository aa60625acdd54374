"""Payouts: from a decision with money in it to the last krona accounted for.

Answers for: grants and their instalments, the accounts associations are paid to, requisitions and attests, bank files
and what the bank answers, reports on how money was used with their receipts, and money that is to come back.

Hears from applications: programmes, their clocks and calls. Hears from review: decisions, notices, legal force,
judgments, and who has a conflict of interest. Whoever decides does not pay: nothing here makes a grant or changes it.

Tells: what became of each grant, payment, account, bank file and recovery. Names, account numbers, words and files stay
in the store; events carry ids, amounts, dates and salted digests.
"""
