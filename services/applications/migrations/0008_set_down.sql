-- Drafts that the fund writes for an association that came on paper or by word of mouth (A10): how, on which day, and who
-- began to write it down when. The only drafts that anybody at the fund sees (H8). All four are there, or none.

alter table draft
    add column route text,
    add column came_on date,
    add column set_down_by uuid,
    add column set_down_at timestamptz,
    add constraint set_down_whole check (num_nulls(route, came_on, set_down_by, set_down_at) in (0, 4));
create index draft_set_down on draft (id) where route is not null;
