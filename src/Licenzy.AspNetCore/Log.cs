using Licenzy.Webhooks;
using Microsoft.Extensions.Logging;

namespace Licenzy.AspNetCore;

/// <summary>What this assembly logs. Never a key, and no subject: it may be a name or an address.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "A gate found no subject and stays closed. Sign the caller in, or say where the subject is: AddLicenzyGating(o => o.SubjectClaim = …) or o.SubjectFrom.")]
    public static partial void NoSubject(ILogger logger);

    [LoggerMessage(2, LogLevel.Information, "A gate stays closed: its subject is none the server takes. {Detail}")]
    public static partial void ImpossibleSubject(ILogger logger, string detail);

    [LoggerMessage(3, LogLevel.Warning, "A gate stays closed because no decision could be had: {Code}, request {RequestId}.")]
    public static partial void NoDecision(ILogger logger, string code, string? requestId, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "A webhook was refused: {Refusal}. If it is Licenzy's, compare the endpoint's secret with Licenzy:Webhooks:Secret, and the clocks.")]
    public static partial void WebhookRefused(ILogger logger, WebhookRefusal? refusal);

    [LoggerMessage(5, LogLevel.Error, "A handler did not handle {Type}, {EventId}. Licenzy sends it again later.")]
    public static partial void WebhookNotHandled(ILogger logger, string type, string eventId, Exception exception);
}
