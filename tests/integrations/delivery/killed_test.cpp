// The delivery killed at random moments: what passes the rules is told, and at most one message
// twice for each kill.
#include <map>
#include <random>

#include "tests/integrations/delivery/delivery_rig.h"
#include "tests/support/catch.h"

namespace picket::delivery {

using namespace std::chrono_literals;

TEST_CASE("a bridge that is killed at any moment leaves nothing out, and repeats one message") {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    test::Rig rig;
    std::vector<v1::Update> log;  // of the hub
    uint64_t given = 0;           // up to there the bridge has it
    int kills = 0;
    const auto give = [&] {
      for (; given < log.size(); ++given) rig.delivery->on_update(log[given]);
    };
    for (int step = 0; step < 1000; ++step) {
      if (random() % 3 == 0)
        log.push_back(test::auth(log.size() + 1, "ssh.accepted", "web1", rig.now(),
                                 "u" + std::to_string(log.size()) + ".", "192.0.2.7"));
      give();
      rig.outcome = random() % 4 == 0 ? Outcome{Outcome::Kind::kLater, 2s, "later"} : Outcome{};
      for (uint64_t n = random() % 4; n > 0; --n) {
        rig.deadlines.run_due(rig.clock.steady());
        if (rig.waiting.empty()) break;
        auto next = std::move(rig.waiting.front());
        rig.waiting.pop_front();
        next();
      }
      rig.clock.advance(Milliseconds(random() % 1500));
      if (random() % 10 == 0) {
        rig.start();
        given = rig.saved.seq();
        ++kills;
      }
    }
    give();
    rig.outcome = {};
    rig.advance(2min);
    std::map<std::size_t, int> times;
    int with_repeats = 0;
    std::size_t in_digests = 0;
    for (const auto& text : rig.told) {
      bool repeats = false;
      for (std::size_t at = text.find("login: u"); at != std::string::npos;
           at = text.find("login: u", at + 1))
        repeats |= ++times[std::stoul(text.substr(at + 8))] > 1;
      with_repeats += repeats ? 1 : 0;
      if (text.starts_with("logins: ")) in_digests += std::stoul(text.substr(8));
    }
    CHECK(times.size() + in_digests >= log.size());
    CHECK(with_repeats <= kills);
    CHECK(rig.delivery->is_settled());
  }
}

}  // namespace picket::delivery
