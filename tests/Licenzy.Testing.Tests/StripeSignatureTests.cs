using System.Text;

namespace Licenzy.Testing.Tests;

public sealed class StripeSignatureTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    // Computed by hand with: printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec_test
    private const string Known = "38877139021993b830af32feea6e18a8da83eb2f6e49ee50bd9e4cf4ca4d3789";

    [Test]
    public void A_known_payload_has_a_known_signature() =>
        Assert.That(StripeSignature.Sign(Encoding.UTF8.GetBytes("{\"a\":1}"), "whsec_test", At), Is.EqualTo($"t=1700000000,v1={Known}"));

    [Test]
    public void Several_secrets_give_one_signature_each_in_their_order()
    {
        var payload = Encoding.UTF8.GetBytes("{\"a\":1}");
        var header = StripeSignature.Sign(payload, ["whsec_new", "whsec_test"], At);
        var parts = header.Split(',');
        using (Assert.EnterMultipleScope())
        {
            Assert.That(parts, Has.Length.EqualTo(3));
            Assert.That(parts[2], Is.EqualTo($"v1={Known}"));
            Assert.That(parts[1], Is.EqualTo(StripeSignature.Sign(payload, "whsec_new", At).Split(',')[1]));
        }
    }

    [Test]
    public void Another_byte_another_secret_or_another_second_is_another_signature()
    {
        string[] all =
        [
            StripeSignature.Sign("a"u8, "whsec_1", At), StripeSignature.Sign("b"u8, "whsec_1", At),
            StripeSignature.Sign("a"u8, "whsec_2", At), StripeSignature.Sign("a"u8, "whsec_1", At.AddSeconds(1)),
        ];
        Assert.That(all.Select(header => header.Split("v1=")[1]), Is.Unique);
    }
}
