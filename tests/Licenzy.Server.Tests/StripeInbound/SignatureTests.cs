using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Who signs, over which bytes, and when.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class SignatureTests(Engine engine) : WebhookFixture(engine)
{
    [Test]
    [Spec(Route, "a good signature over the raw bytes: stored once, 200 {\"received\":true}")]
    public async Task A_valid_signature_is_stored_once()
    {
        var before = await EventsAsync();
        await DeliverAsync(new StripeSample().Event("customer.subscription.updated", Now()));

        Assert.That(await EventsAsync(), Is.EqualTo(before + 1));
    }

    [Test]
    [Spec(Route, "a bad signature is 400 and nothing is stored")]
    public async Task One_byte_changed_is_refused()
    {
        var payload = Sample();
        var signature = Sign(payload);
        payload[^2] ^= 1;

        await RefusedAsync(payload, signature);
    }

    [Test]
    public async Task White_space_counts_as_bytes()
    {
        var payload = Sample();

        await RefusedAsync([.. payload, (byte)'\n'], Sign(payload));
    }

    [Test]
    public async Task Another_secret_is_refused() => await RefusedAsync(Sample(), Sign(Sample(), secret: "whsec_of_somebody_else"));

    [TestCase("")]
    [TestCase("t=abc,v1=SIGNATURE")]
    [TestCase("v1=SIGNATURE")]
    [TestCase("t=NOW")]
    [TestCase("t=NOW,v1=")]
    [TestCase("t=NOW,v1=zz")]
    [TestCase("t=NOW,v0=SIGNATURE")]
    [TestCase("t=99999999999999999999,v1=SIGNATURE")]
    [TestCase("t=4294967296,v1=SIGNATURE")]
    [TestCase("t=-1,v1=SIGNATURE")]
    [TestCase("t=,v1=SIGNATURE")]
    [TestCase("t=NOW,t=NOW,v1=SIGNATURE")]
    [TestCase("t= NOW,v1=SIGNATURE")]
    [TestCase("t=NOW.0,v1=SIGNATURE")]
    [TestCase(";;;")]
    [Spec(Route, "a missing or garbled signature is 400 and nothing is stored")]
    public async Task A_garbled_header_is_refused(string header)
    {
        var payload = Sample();
        var right = Sign(payload).Split(",v1=");

        await RefusedAsync(payload, header.Replace("NOW", right[0][2..], StringComparison.Ordinal).Replace("SIGNATURE", right[1], StringComparison.Ordinal));
    }

    [TestCase(-299, 200)]
    [TestCase(-300, 200)]
    [TestCase(-301, 400)]
    [TestCase(300, 200)]
    [TestCase(301, 400)]
    [Spec(Route, "300 s of tolerance, either way")]
    public async Task A_signature_has_300_seconds(int seconds, int status)
    {
        var payload = Sample();

        Assert.That((await PostAsync(payload, Sign(payload, Clock.GetUtcNow().AddSeconds(seconds)))).Status, Is.EqualTo(status));
    }

    [Test]
    [Spec(Route, "any v1 may match")]
    public async Task The_second_of_two_signatures_may_be_the_right_one()
    {
        var payload = Sample();

        var answer = await PostAsync(payload, StripeSignature.Sign(payload, ["whsec_rolled", Stripe.WebhookSecret], Clock.GetUtcNow()));

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
    }

    [Test]
    [Spec(Route, "without ?connection= the connection is found by trying the secrets")]
    public async Task The_connection_is_found_by_its_secret()
    {
        Assert.That((await PostAsync(Sample(), hook: new Uri(Hook.GetLeftPart(UriPartial.Path)))).Status, Is.EqualTo(200));
    }

    [TestCase("con_00000000000000000000000000")]
    [TestCase("")]
    [TestCase("' or 1=1")]
    [Spec(Route, "a connection that is not the signer's is 400, as a wrong signature is")]
    public async Task A_foreign_connection_is_a_wrong_signature(string connection)
    {
        var wrong = await PostAsync(Sample(), Sign(Sample(), secret: "whsec_other"));
        var payload = Sample();
        var before = await EventsAsync();

        var answer = await PostAsync(payload, hook: new Uri($"{Hook.GetLeftPart(UriPartial.Path)}?connection={Uri.EscapeDataString(connection)}"));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")));
        Assert.That((string)answer.Json["detail"]!, Is.EqualTo((string)wrong.Json["detail"]!), "nothing tells whether the connection exists");
        Assert.That(await EventsAsync(), Is.EqualTo(before));
    }

    private byte[] Sample() => Bytes(new StripeSample().Event("customer.subscription.updated", Now()));

    private async Task RefusedAsync(byte[] payload, string signature)
    {
        var before = await EventsAsync();
        var answer = await PostAsync(payload, signature);

        Assert.That((answer.Status, answer.Error, answer.MediaType), Is.EqualTo((400, "invalid_request", "application/problem+json")), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { "Stripe-Signature" }));
        Assert.That(await EventsAsync(), Is.EqualTo(before), "stored");
    }
}
