resource "aws_flow_log" "all" {
  vpc_id          = "vpc-0123456789abcdef0"
  traffic_type    = "ALL"
  log_destination = "arn:aws:s3:::flows"
}
