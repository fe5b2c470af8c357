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

    [LoggerMessage(8, LogLevel.Warning, "Stripe could not be reached: {Why}")]
    public static partial void StripeUnreachable(ILogger logger, string why);

    [LoggerMessage(9, LogLevel.Warning, "Old idempotency keys could not be removed; the next round tries again")]
    public static partial void HousekeepingFailed(ILogger logger, Exception failure);

    [LoggerMessage(10, LogLevel.Error, "The webhook secret of Stripe connection {ConnectionId} cannot be read; save the connection again")]
    public static partial void SecretUnreadable(ILogger logger, Exception failure, string connectionId);

    [LoggerMessage(11, LogLevel.Error, "Stripe event {EventId} ({Type}) could not be applied; it is kept and tried again")]
    public static partial void EventFailed(ILogger logger, Exception failure, string eventId, string type);

    [LoggerMessage(12, LogLevel.Warning, "Stripe was to be asked for what event {EventId} leaves open: {Why}")]
    public static partial void LookFailed(ILogger logger, string eventId, string why);

    [LoggerMessage(13, LogLevel.Warning, "The inbox of Stripe's events rests for a moment")]
    public static partial void InboxRests(ILogger logger, Exception failure);

    [LoggerMessage(20, LogLevel.Error, "What time did to a subject of workspace {WorkspaceId}, {Mode} mode, could not be told; it is tried again in a minute")]
    public static partial void TimeFailed(ILogger logger, Exception failure, string workspaceId, string mode);

    [LoggerMessage(21, LogLevel.Warning, "What ends by time is told a little later; access is decided at the moment of each question all the same")]
    public static partial void TimeRests(ILogger logger, Exception failure);

    [LoggerMessage(70, LogLevel.Warning, "The feed of changes waits for the database")]
    public static partial void FeedRests(ILogger logger, Exception failure);

    [LoggerMessage(40, LogLevel.Warning, "A workspace's Idempotency-Keys could not be counted; the next count tries again")]
    public static partial void KeysNotCounted(ILogger logger, Exception failure);

    [LoggerMessage(41, LogLevel.Warning, "PostgreSQL's notifications are not heard or not sent; other servers' changes are found every second instead, and it is tried again")]
    public static partial void BellIsSilent(ILogger logger, Exception failure);

    [LoggerMessage(60, LogLevel.Information, "Caught up with Stripe in workspace {WorkspaceId}, {Mode} mode: {Listed} events listed, {Missed} of them were missing")]
    public static partial void CaughtUp(ILogger logger, string workspaceId, string mode, int listed, int missed);

    [LoggerMessage(61, LogLevel.Warning, "Catching up with Stripe in workspace {WorkspaceId}, {Mode} mode came to nothing and is tried again: {Why}")]
    public static partial void CatchUpFailed(ILogger logger, Exception? failure, string workspaceId, string mode, string why);

    [LoggerMessage(62, LogLevel.Warning, "Catching up with Stripe waits for the database")]
    public static partial void CatchUpRests(ILogger logger, Exception failure);

    [LoggerMessage(75, LogLevel.Warning, "Webhook endpoint {EndpointId} of workspace {WorkspaceId}, {Mode} mode, is disabled: {Reason}")]
    public static partial void EndpointDisabled(ILogger logger, string endpointId, string workspaceId, string mode, string reason);

    [LoggerMessage(76, LogLevel.Warning, "Webhook delivery {DeliveryId} to endpoint {EndpointId} is dead after {Tries} tries: {LastError}. Once the endpoint is mended, requeue it")]
    public static partial void DeliveryDead(ILogger logger, string deliveryId, string endpointId, long tries, string lastError);

    [LoggerMessage(77, LogLevel.Warning, "{Deliveries} webhook deliveries are dead: their endpoint is gone or was disabled for too long, or a crash took their last try")]
    public static partial void DeliveriesBuried(ILogger logger, int deliveries);

    [LoggerMessage(80, LogLevel.Warning, "{Setting} is not a setting of this server and is passed over")]
    public static partial void ForeignSetting(ILogger logger, string setting);

    [LoggerMessage(71, LogLevel.Error, "The secret of webhook endpoint {EndpointId} cannot be read; rotate it")]
    public static partial void EndpointSecretUnreadable(ILogger logger, Exception failure, string endpointId);

    [LoggerMessage(72, LogLevel.Error, "Webhook delivery {DeliveryId} could not be tried; it is tried again")]
    public static partial void TryFailed(ILogger logger, Exception failure, string deliveryId);

    [LoggerMessage(73, LogLevel.Warning, "Webhooks rest for a moment")]
    public static partial void DispatchRests(ILogger logger, Exception failure);

    [LoggerMessage(74, LogLevel.Warning, "Licenzy:OutboundWebhooks:Enabled is false: no webhook is sent, and all of them wait")]
    public static partial void DispatchOff(ILogger logger);
}
