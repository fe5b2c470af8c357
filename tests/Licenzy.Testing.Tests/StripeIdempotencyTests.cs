using System.Net;

namespace Licenzy.Testing.Tests;

public sealed class StripeIdempotencyTests : StripeFixture
{
    [Test]
    public async Task The_same_key_and_parameters_give_the_first_answer_again()
    {
        var first = await PostAsync(Payment(), "key-1");
        await Stripe.PayAsync((string)first.Json["id"]!);
        var second = await PostAsync(Payment(), "key-1");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.Text, Is.EqualTo(first.Text));
            Assert.That(first.Headers.Contains("Idempotent-Replayed"), Is.False);
            Assert.That(second.Headers.GetValues("Idempotent-Replayed"), Is.EqualTo(new[] { "true" }));
            Assert.That(second.Headers.GetValues("Original-Request"), Is.EqualTo(first.Headers.GetValues("Request-Id")));
            Assert.That(Stripe.Sessions, Has.Count.EqualTo(1));
            Assert.That(Stripe.Requests.Select(request => request.Replayed), Is.EqualTo(new[] { false, true }));
        }
    }

    [Test]
    public async Task Twenty_at_once_make_one_session()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(Payment(), "key-1")));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Select(answer => answer.Text).Distinct().Count(), Is.EqualTo(1));
            Assert.That(answers.Count(answer => answer.Headers.Contains("Idempotent-Replayed")), Is.EqualTo(19));
            Assert.That(Stripe.Sessions, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task The_same_key_with_other_parameters_is_an_idempotency_error()
    {
        await PostAsync(Payment(), "key-1");
        var second = await PostAsync(Payment(("client_reference_id", "other")), "key-1");
        Assert.That((second.Status, second.Error("type")), Is.EqualTo((400, "idempotency_error")));
        Assert.That(Stripe.Sessions, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_refusal_is_not_kept()
    {
        var refused = await PostAsync(Payment(("line_items[0][price]", "price_none")), "key-1");
        var corrected = await PostAsync(Payment(), "key-1");
        Assert.That((refused.Status, corrected.Status), Is.EqualTo((400, 200)));
    }

    [Test]
    public async Task A_key_is_forgotten_after_a_day()
    {
        var first = await PostAsync(Payment(), "key-1");
        Stripe.Advance(TimeSpan.FromHours(24));
        var second = await PostAsync(Payment(), "key-1");
        Assert.That(second.Text, Is.Not.EqualTo(first.Text));
    }

    [TestCase(255, 200)]
    [TestCase(256, 400)]
    public async Task A_key_has_at_most_255_characters(int length, int status)
    {
        var answer = await PostAsync(Payment(), new string('k', length));
        Assert.That(answer.Status, Is.EqualTo(status));
    }

    [Test]
    public async Task A_failure_on_demand_leaves_nothing_behind()
    {
        Stripe.FailNext(2, HttpStatusCode.ServiceUnavailable, "lock_timeout");
        var first = await PostAsync(Payment(), "key-1");
        var second = await PostAsync(Payment(), "key-1");
        var third = await PostAsync(Payment(), "key-1");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.Status, first.Error("code"), first.Error("type")), Is.EqualTo((503, "lock_timeout", "api_error")));
            Assert.That((second.Status, third.Status), Is.EqualTo((503, 200)));
            Assert.That(third.Headers.Contains("Idempotent-Replayed"), Is.False);
        }
    }

    [Test]
    public async Task A_cut_connection_hides_an_answer_that_the_same_key_brings_back()
    {
        Stripe.DropNext();
        Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(Payment(), "key-1"));
        var made = Stripe.Sessions.Single();
        var retried = await PostAsync(Payment(), "key-1");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)retried.Json["id"], Is.EqualTo(made.Id));
            Assert.That(Stripe.Sessions, Has.Count.EqualTo(1));
            Assert.That(Stripe.Requests[0].Status, Is.Null);
        }
    }

    [Test]
    public async Task A_late_answer_waits_for_the_clock()
    {
        Stripe.DelayNext(TimeSpan.FromSeconds(30));
        var late = PostAsync(Payment());
        await Time.Waiting.Task;
        Assert.That((late.IsCompleted, Stripe.Sessions.Count), Is.EqualTo((false, 1)));
        Time.Advance(TimeSpan.FromSeconds(30));
        Assert.That((await late).Status, Is.EqualTo(200));
    }
}
