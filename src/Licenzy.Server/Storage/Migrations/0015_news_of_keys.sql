-- What else the feed tells other servers of: null for the rights of a subject, 'keys' for keys and workspaces that are others now.

alter table change_feed add column about {text};
