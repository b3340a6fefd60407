-- What a callback asks for before it lets us in, encrypted; gone with the job.
alter table job add column callback_auth blob;

-- What was given up, so that it can be counted at any time.
create index delivery_dead on delivery (tenant, id) where state = 'dead';
