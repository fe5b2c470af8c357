using Microsoft.Extensions.Logging;

namespace Licenzy.Server;

/// <summary>Everything this assembly logs. Never a key, a secret, a payload or a subject's name.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Request {RequestId} failed unexpectedly")]
    public static partial void Unexpected(ILogger logger, Exception failure, string requestId);

    [LoggerMessage(2, LogLevel.Warning, "Request {RequestId}: the database is not available: {Why}")]
    public static partial void StorageUnavailable(ILogger logger, string why, string requestId);

    [LoggerMessage(3, LogLevel.Information, "Database ready: {Engine}")]
    public static partial void DatabaseReady(ILogger logger, string engine);

    [LoggerMessage(4, LogLevel.Information, "First start: account, workspace and keys made; they are in {Path}")]
    public static partial void FirstRun(ILogger logger, string path);

    [LoggerMessage(5, LogLevel.Warning, "Stripe event {EventId} ({Type}) was ignored: {Why}")]
    public static partial void EventIgnored(ILogger logger, string eventId, string type, string why);

    [LoggerMessage(6, LogLevel.Warning, "Stripe event {EventId} ({Type}) has no match here: {Why}")]
    public static partial void EventUnmatched(ILogger logger, string eventId, string type, string why);

    [LoggerMessage(7, LogLevel.Warning, "A request to Stripe was refused: {Status} {Code}, request {StripeRequestId}")]
    public static partial void StripeRefused(ILogger logger, int status, string code, string stripeRequestId);

    [LoggerMessage(8, LogLevel.Warning, "Stripe could not be reached")]
    public static partial void StripeUnreachable(ILogger logger, Exception? failure);

    [LoggerMessage(9, LogLevel.Warning, "Old idempotency keys could not be removed; the next round tries again")]
    public static partial void HousekeepingFailed(ILogger logger, Exception failure);

    [LoggerMessage(10, LogLevel.Error, "The webhook secret of Stripe connection {ConnectionId} cannot be read; save the connection again")]
    public static partial void SecretUnreadable(ILogger logger, Exception failure, string connectionId);
}
