-- Decisions to dispose, found at once: a restore applies every one of them before anything is opened.

create index entry_disposals on entry (position) where type = 'disposal.decided';
