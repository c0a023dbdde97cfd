resource "aws_db_instance" "default" {
  instance_class = "db.t3.micro"
}

resource "aws_db_instance" "only_a_key" {
  instance_class = "db.t3.micro"
  kms_key_id     = "arn:aws:kms:eu-central-1:111122223333:key/data"
}

resource "aws_rds_cluster" "false" {
  engine            = "aurora-postgresql"
  storage_encrypted = false
}

resource "aws_db_instance" "no_replica" {
  instance_class      = "db.t3.micro"
  storage_encrypted   = "false"
  replicate_source_db = null
}
