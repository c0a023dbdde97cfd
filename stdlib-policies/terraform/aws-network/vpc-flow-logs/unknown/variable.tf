variable "traffic" {}

resource "aws_flow_log" "variable" {
  vpc_id          = "vpc-0123456789abcdef0"
  traffic_type    = var.traffic
  log_destination = "arn:aws:s3:::flows"
}
