using System.Text;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;

namespace Licenzy.Reliability.Tests.Killed;

/// <summary>An event of Stripe's: a pack was paid. Stripe sends it until it is answered with 200, and then perhaps once more.</summary>
internal sealed class Delivery(string subject, StripeCheckoutSession paid, string hook, string secret)
{
    private readonly byte[] _payload =
        Encoding.UTF8.GetBytes(StripeEvents.CheckoutSessionCompleted(paid, new StripeEventOptions { Created = TimeProvider.System.GetUtcNow() }).ToJsonString());

    public string Subject => subject;

    public bool IsAcknowledged { get; private set; }

    /// <exception cref="HttpRequestException">No answer came.</exception>
    public async Task SendAsync(Wire anybody)
    {
        var answer = await Wire.PatientlyAsync(() => PostAsync(anybody));
        Assert.That((answer.Status, answer.Text), Is.EqualTo((200, """{"received":true}""")));
        IsAcknowledged = true;
    }

    private async Task<Answer> PostAsync(Wire anybody)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, hook) { Content = new ByteArrayContent(_payload) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TryAddWithoutValidation("Stripe-Signature", StripeSignature.Sign(_payload, secret, TimeProvider.System.GetUtcNow()));
        return await anybody.SendAsync(request);
    }
}
