"""What a build and a run would do, as queries over the files. Rules read this and nothing else."""
