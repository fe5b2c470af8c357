using System.Net;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Checkout;

/// <summary>Cut off anywhere, a repeat with the same key makes no second session.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class CheckoutRepeatTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "POST /v1/checkout/session";

    // One call and two retries of the gateway's.
    private const int EveryTry = 3;

    [Test]
    [Spec(Route, "Idempotency-Key is required")]
    public async Task Without_a_key_nothing_is_started()
    {
        var before = Stripe.Requests.Count;
        var answer = await BuyAsync(NewSubject(), null);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")));
        Assert.That(answer.Fields, Is.EqualTo(new[] { "Idempotency-Key" }));
        Assert.That(Stripe.Requests, Has.Count.EqualTo(before));
    }

    [Test]
    [Spec(Route, "the same key twice: the same answer, byte-equal, and one Stripe session")]
    public async Task The_same_key_gives_the_same_session()
    {
        var (subject, key, before) = (NewSubject(), Wire.NewKey(), Stripe.Sessions.Count);

        var first = await BuyAsync(subject, key);
        var again = await BuyAsync(subject, key);

        Assert.That((again.Status, again.Text), Is.EqualTo((201, first.Text)));
        Assert.That((first.Header("Idempotency-Replayed"), again.Header("Idempotency-Replayed")), Is.EqualTo(((string?)null, "true")));
        Assert.That(Stripe.Sessions, Has.Count.EqualTo(before + 1));
        Assert.That((await BuyAsync(subject, key, "PRO")).Error, Is.EqualTo("idempotency_conflict"));
    }

    [Test]
    [Spec(Route, "concurrent calls with the same key make one Stripe session")]
    public async Task The_same_key_at_once_makes_one_session()
    {
        var (subject, key, before) = (NewSubject(), Wire.NewKey(), Stripe.Sessions.Count);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => BuyAsync(subject, key)));

        var made = answers.Where(answer => answer.Status == 201).ToArray();
        Assert.That(made.Select(answer => answer.Text).Distinct().Count(), Is.EqualTo(1));
        Assert.That(answers.Except(made).Select(answer => (answer.Status, answer.Error)), Is.All.EqualTo((409, "idempotency_in_progress")));
        Assert.That(Stripe.Sessions, Has.Count.EqualTo(before + 1));
    }

    [Test]
    [Spec(Route, "a connection that Stripe drops after processing leads to no second session")]
    public async Task The_gateways_own_retry_makes_no_second_session()
    {
        var (subject, before) = (NewSubject(), Stripe.Sessions.Count);
        Stripe.DropNext();

        var answer = await BuyAsync(subject, Wire.NewKey());

        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        Assert.That(Stripe.Sessions, Has.Count.EqualTo(before + 1));
        Assert.That((string)answer.Json["checkout_url"]!, Is.EqualTo(Stripe.Sessions[^1].Url));
    }

    [Test]
    [Spec(Route, "503 with Retry-After when Stripe is unreachable; a retry with the same key makes no second session")]
    public async Task The_callers_retry_makes_no_second_session()
    {
        var (subject, key, before) = (NewSubject(), Wire.NewKey(), Stripe.Sessions.Count);
        Stripe.DropNext(EveryTry);

        var lost = await BuyAsync(subject, key);
        var retried = await BuyAsync(subject, key);

        Assert.That((lost.Status, lost.Error, lost.MediaType), Is.EqualTo((503, "unavailable", "application/problem+json")), lost.Text);
        Assert.That(lost.Header("Retry-After"), Does.Match("^[1-9][0-9]*$"));
        Assert.That(retried.Status, Is.EqualTo(201), retried.Text);
        Assert.That(retried.Header("Idempotency-Replayed"), Is.Null);
        Assert.That(Stripe.Sessions, Has.Count.EqualTo(before + 1));
    }

    [Test]
    [Spec(Route, "503 when Stripe fails; the same key later succeeds with the same attempt")]
    public async Task A_failing_Stripe_is_unavailable_and_the_attempt_goes_on()
    {
        var (subject, key) = (NewSubject(), Wire.NewKey());
        Stripe.FailNext(EveryTry, HttpStatusCode.InternalServerError);

        var failed = await BuyAsync(subject, key);
        var asked = Stripe.Requests[^1];
        var later = await BuyAsync(subject, key);

        Assert.That((failed.Status, failed.Error), Is.EqualTo((503, "unavailable")), failed.Text);
        Assert.That(failed.Header("Retry-After"), Is.Not.Null);
        Assert.That(later.Status, Is.EqualTo(201), later.Text);
        Assert.That((string)later.Json["attempt_id"]!, Is.EqualTo(asked.Field("client_reference_id")));
        Assert.That(Stripe.Requests[^1].IdempotencyKey, Is.EqualTo(asked.IdempotencyKey));
    }

    [Test]
    public async Task A_single_failure_of_Stripes_is_not_the_callers_trouble(
        [Values(HttpStatusCode.TooManyRequests, HttpStatusCode.Conflict, HttpStatusCode.ServiceUnavailable)] HttpStatusCode status)
    {
        Stripe.FailNext(1, status);

        Assert.That((await BuyAsync(NewSubject(), Wire.NewKey())).Status, Is.EqualTo(201));
    }

    private Task<Answer> BuyAsync(string subject, string? key, string product = "PACK1000") =>
        Runtime.PostAsync("/v1/checkout/session", new JsonObject { ["subject_ref"] = subject, ["product_code"] = product }, key);
}
