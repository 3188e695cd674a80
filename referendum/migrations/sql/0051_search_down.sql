drop index ix_project_search;
drop index ix_measure_search;
