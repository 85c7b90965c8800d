// A hub's CA for tests of the node: makes memberships without joining.
#pragma once

#include <string>

#include "common/x509_issue.h"
#include "node/identity/state_folder.h"

namespace picket::test {

class TestHub {
 public:
  std::string id() const { return hub_id_of(ca_.fingerprint()); }
  const Certificate& ca() const { return ca_; }
  const PrivateKey& ca_key() const { return ca_key_; }

  node::Membership admit(const std::string& name) const {
    PrivateKey key = PrivateKey::generate();
    Certificate certificate = make_certificate(ca_, ca_key_, key.get(),
                                               {CertificateIdentity::Role::kNode, name}, validity_);
    return {id(), name, std::move(key), std::move(certificate), ca_, {"hub.example.org:9992"}};
  }

 private:
  Validity validity_{from_unix_ns(1'800'000'000'000'000'000),
                     from_unix_ns(1'900'000'000'000'000'000)};
  PrivateKey ca_key_ = PrivateKey::generate();
  Certificate ca_ = make_ca_certificate(ca_key_, validity_);
};

}  // namespace picket::test
