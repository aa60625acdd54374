"""Letters: what is written when, what a letter is told, its words in both languages, and its way to the recipient.

when.py       event → letter, and what reminders are reckoned from
facts.py      what a letter is told, asked of the services as somebody who may read and nothing else
words/        what it says: one text for each kind and language, answer first
telling.py    facts → words, amounts and days as the language writes them
document.py   the text as parts: title, short version, headings, lists
paper.py      the parts as a tagged PDF/A, always the same bytes
mail.py       the parts as an e-mail, always the same bytes
post.py       the mail server
writing.py, sending.py, reminding.py   the work whose time has come
"""
