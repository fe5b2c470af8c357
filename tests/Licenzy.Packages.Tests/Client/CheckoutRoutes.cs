using Licenzy.Packages.Tests.Stubs;

namespace Licenzy.Packages.Tests.Client;

public sealed class CheckoutRoutes
{
    [Test]
    public async Task What_became_of_a_purchase_is_read_by_its_attempt()
    {
        await using var stub = await Stub.StartAsync(Answers.Json(
            """
            {"attempt_id":"att_1","status":"completed","entitlement_id":"ent_1","subject_ref":"user_123","product_code":"PRO","quantity":2,"mode":"test","checkout_url":null,
             "license_key":"a later member","expires_at":"2026-12-01T12:00:00Z","created_at":"2026-11-30T12:00:00Z","updated_at":"2026-11-30T12:01:00Z"}
            """));
        using var client = Clients.Of(stub);

        var attempt = await client.GetCheckoutAsync("att_1");

        Assert.That((stub.Heard.Single().Method, stub.Heard.Single().Target), Is.EqualTo(("GET", "/v1/checkout/session/att_1")));
        Assert.That((attempt.Status, attempt.EntitlementId, attempt.Quantity, attempt.CheckoutUrl), Is.EqualTo(("completed", "ent_1", 2L, (string?)null)));
        Assert.Throws<ArgumentException>(() => client.GetCheckoutAsync(".."));
    }

    [Test]
    public async Task A_visit_to_the_portal_sends_subject_and_way_back_once()
    {
        await using var stub = await Stub.StartAsync(Answers.Cut, Answers.Json("""{"url":"https://billing.stripe.com/p/session/test_1"}"""));
        using var client = Clients.Of(stub);

        var visit = await client.CreateBillingPortalSessionAsync(new() { SubjectRef = "user_123", ReturnUrl = "https://shop.example/me" });

        Assert.Multiple(() =>
        {
            Assert.That(visit.Url, Is.EqualTo("https://billing.stripe.com/p/session/test_1"));
            Assert.That((stub.Heard[1].Method, stub.Heard[1].Target), Is.EqualTo(("POST", "/v1/billing-portal/session")));
            Assert.That(stub.Heard[1].Body, Is.EqualTo("""{"subject_ref":"user_123","return_url":"https://shop.example/me"}"""));
            Assert.That(stub.Heard.Select(heard => heard.Headers["Idempotency-Key"].ToString()).Distinct().Single(), Has.Length.EqualTo(32));
        });
    }
}
