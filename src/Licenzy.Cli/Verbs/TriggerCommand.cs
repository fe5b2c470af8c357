using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using Licenzy.Testing;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy trigger</c>: sends a signed Stripe-shaped event to a server, to see what it does.</summary>
internal static class TriggerCommand
{
    public static Command Create()
    {
        var type = new Argument<string>("type") { HelpName = "type", Description = $"One of: {string.Join(", ", StripeSample.Types)}." };
        type.AcceptOnlyFromAmong([.. StripeSample.Types]);
        var attempt = new Option<string?>("--attempt") { Description = "The checkout attempt it is about, att_…" };
        var session = new Option<string?>("--session") { Description = "Stripe's session, cs_…; needed where the attempt has one already." };
        var subscription = new Option<string?>("--subscription") { Description = "Stripe's subscription, sub_…; a new one where absent." };
        var price = new Option<string?>("--price") { Description = "Stripe's price, price_…, as the product maps it." };
        var connection = new Option<string?>("--connection") { Description = "The connection, con_…; else every connection's secret is tried." };
        var url = CommonOptions.Url();
        var secret = CommonOptions.Secret("--webhook-secret", "LICENZY_WEBHOOK_SECRET", "The signing secret saved with the connection, whsec_…");
        var show = new Option<bool>("--show") { Description = "Print the event that was sent." };
        var command = new Command("trigger", "Send a signed Stripe event to a server in test mode.")
        {
            type, attempt, session, subscription, price, connection, url, secret.Option, show,
        };
        command.SetAction((parsed, cancellationToken) => CommonOptions.TalkAsync(() =>
        {
            var signing = secret.Value(parsed);
            var sample = Sample(parsed.GetValue(attempt), parsed.GetValue(session), parsed.GetValue(subscription), parsed.GetValue(price), parsed.GetValue(type)!);
            var body = sample.Event(parsed.GetValue(type)!, new StripeEventOptions { Created = TimeProvider.System.GetUtcNow() }).ToJsonString();
            if (parsed.GetValue(show))
            {
                Console.WriteLine(body);
            }

            return SendAsync(parsed.GetValue(url)!, parsed.GetValue(connection), signing, body, cancellationToken);
        }));
        return command;
    }

    private static StripeSample Sample(string? attempt, string? session, string? subscription, string? price, string type)
    {
        var sample = new StripeSample
        {
            ClientReferenceId = attempt,
            Metadata = attempt is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["licenzy_attempt_id"] = attempt },
            Line = price is null ? null : new StripeLineItem(
                type.StartsWith("checkout.", StringComparison.Ordinal) && subscription is null
                    ? new StripePrice(price, 2000)
                    : new StripePrice(price, 2000) { Interval = "month" }),
        };
        return sample with { Session = session ?? sample.Session, Subscription = subscription ?? sample.Subscription };
    }

    private static async Task<int> SendAsync(Uri server, string? connection, string secret, string body, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var target = new Uri(new Uri(server.AbsoluteUri.TrimEnd('/') + "/"), $"v1/webhooks/stripe/tenant{(connection is null ? "" : $"?connection={Uri.EscapeDataString(connection)}")}");
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Stripe-Signature", StripeSignature.Sign(bytes, secret, TimeProvider.System.GetUtcNow()));
        try
        {
            using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var answer = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            Console.WriteLine($"{(int)response.StatusCode} {answer}");
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (HttpRequestException unreachable)
        {
            Console.Error.WriteLine($"licenzy: no server answers at {server}: {unreachable.Message}");
            return 1;
        }
    }
}
