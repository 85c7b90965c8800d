#include "node/keys/authorized_keys.h"

#include <string>

#include "tests/support/catch.h"

namespace picket::node {
namespace {

// Made by ssh-keygen; the fingerprints are what `ssh-keygen -l` says of them.
const std::string kAlice =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGwgF6lsk9XAgxlNTdvwrhOl76X8CJajiHOeRjGNX5h6";
const std::string kAlicePrint = "SHA256:PPMFOtWIgsKrJFYAsPcTTy/o4h59+bZadmbUAl/ohb4";
const std::string kBob =
    "ecdsa-sha2-nistp256 "
    "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBIreQtlqZXyUKKYlM1qh804z1ps6Q2vvgkPdkgI0A1"
    "kdav4FMLB4rBjPuOI/jj7NzDe0tmJekxm2m9j+SGd2XpU=";
const std::string kBobPrint = "SHA256:5k2D2keg052huSlBbUQs8kYcejclRAdPMkDt7YAd0Nw";

}  // namespace

TEST_CASE("a key's fingerprint is what ssh-keygen says") {
  CHECK(fingerprint_of(kAlice.substr(kAlice.find(' ') + 1)) == kAlicePrint);
  CHECK(fingerprint_of(kBob.substr(kBob.find(' ') + 1)) == kBobPrint);
  CHECK_FALSE(fingerprint_of("no base64!"));
  CHECK_FALSE(fingerprint_of(""));
}

TEST_CASE("a key is named by its comment, whatever options stand before it") {
  const std::string text = "# keys of root\n\n" + kAlice + " alice@laptop\n" +
                           "  command=\"echo \\\" ssh-rsa AAAA x\",no-pty \t" + kBob +
                           "   Bob's key  \r\n";
  CHECK(name_of_key(text, kAlicePrint) == "alice@laptop");
  CHECK(name_of_key(text, kBobPrint) == "Bob's key");
  CHECK_FALSE(name_of_key(text, "SHA256:AAAAOtWIgsKrJFYAsPcTTy/o4h59+bZadmbUAl/ohb4"));
  CHECK_FALSE(name_of_key(text, ""));
}

TEST_CASE("a key without a comment has no name, and a later line of the same key has one") {
  CHECK_FALSE(name_of_key(kAlice, kAlicePrint));
  CHECK_FALSE(name_of_key(kAlice + " \n", kAlicePrint));
  CHECK(name_of_key(kAlice + "\n" + kAlice + " later", kAlicePrint) == "later");
}

TEST_CASE("what is commented out, cut or no key at all names nobody") {
  for (const std::string& text :
       {"#" + kAlice + " alice", "x" + kAlice + "\" alice", kAlice.substr(0, 40) + " alice",
        "\"" + kAlice + " alice", kAlice.substr(kAlice.find(' ') + 1) + " alice",
        std::string("ssh-ed25519"), std::string("ssh-ed25519 "), std::string("\0\xff", 2)}) {
    INFO(text);
    CHECK_FALSE(name_of_key(text, kAlicePrint));
  }
}

}  // namespace picket::node
