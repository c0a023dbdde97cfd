variable "tokens" {}

resource "aws_instance" "variable" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  metadata_options {
    http_tokens = var.tokens
  }
}
