using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Http;
using Licenzy.Webhooks;

namespace Licenzy.Reliability.Tests.Killed;

/// <summary>A request with an Idempotency-Key of its own, and the first answer that was heard to it.</summary>
/// <param name="path">The route.</param>
/// <param name="body">What is asked for.</param>
/// <param name="subject">Whose units.</param>
/// <param name="moves">By how much a success changes the units left.</param>
internal sealed class Operation(string path, JsonObject body, string subject, Func<JsonNode, long> moves)
{
    private readonly string _key = Wire.NewKey();
    private readonly string _body = body.ToJsonString();
    private Answer? _first;

    public string Subject => subject;

    /// <summary>Heard before the kill. Where it was not, the operation may or may not have taken effect.</summary>
    public bool IsAcknowledged { get; private set; }

    /// <summary>Nobody heard of it, and yet it was done.</summary>
    public bool WasDoneUnheard { get; private set; }

    public bool IsDone => _first is { Status: 200 };

    /// <summary>The type of the event that tells of it; empty where there is none.</summary>
    public string News => path is "/v1/usage/consume" || path.EndsWith("/commit", StringComparison.Ordinal) ? WebhookEventTypes.UsageConsumed : "";

    public long Moved => _first is { Status: 200 } answer ? moves(answer.Json) : 0;

    /// <summary>Asks for the first time: the answer of a success, <see langword="null"/> where it was refused.</summary>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public async Task<JsonNode?> BeginAsync(Wire app)
    {
        var answer = await SendAsync(app);
        // Told to come back: the outcome is open until the same key is sent again.
        if (answer.Status == 503)
            return null;
        (_first, IsAcknowledged) = (Decided(answer), true);
        return answer.Status == 200 ? answer.Json : null;
    }

    /// <summary>Asks again where no answer was heard, as a client does; and then everything must be as it was told.</summary>
    public async Task RepeatAsync(Wire app)
    {
        if (_first is null)
        {
            _first = Decided(await Wire.PatientlyAsync(() => SendAsync(app)));
            WasDoneUnheard = IsRepeat(_first);
        }

        var again = await Wire.PatientlyAsync(() => SendAsync(app));
        Assert.That((again.Status, again.Text, IsRepeat(again)), Is.EqualTo((_first.Status, _first.Text, true)), $"{this}: a repeat hears the first answer");
    }

    public override string ToString() => $"{path} {_body} with key {_key}";

    private Task<Answer> SendAsync(Wire app) => app.SendAsync(HttpMethod.Post, path, _body, _key);

    private static bool IsRepeat(Answer answer) => answer.Header(LicenzyHeaders.IdempotencyReplayed) == "true";

    private Answer Decided(Answer answer)
    {
        var isDecided = answer.Status == 200 || (answer.Status == 409 && answer.Error == ErrorCodes.InsufficientUsage);
        Assert.That(isDecided, Is.True, $"{this}: {answer.Status} {answer.Text}");
        return answer;
    }
}
