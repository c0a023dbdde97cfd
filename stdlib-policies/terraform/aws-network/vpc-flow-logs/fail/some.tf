resource "aws_flow_log" "reject" {
  vpc_id          = "vpc-0123456789abcdef0"
  traffic_type    = "REJECT"
  log_destination = "arn:aws:s3:::flows"
}

resource "aws_flow_log" "absent" {
  subnet_id       = "subnet-0123456789abcdef0"
  log_destination = "arn:aws:s3:::flows"
}
