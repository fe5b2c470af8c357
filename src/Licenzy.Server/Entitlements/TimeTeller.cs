using Licenzy.Domain;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Licenzy.Server.Usage;
using Licenzy.Webhooks;

namespace Licenzy.Server.Entitlements;

/// <summary>
/// Tells what time alone did to a subject, under its lock: each instant is a version of its own, so that what is told of it can be put in order. How
/// far it was told is kept with the subject, so that nothing is told twice, and nothing lost however long nobody looked.
/// </summary>
internal sealed class TimeTeller(Outbox outbox, Leeway leeway)
{
    private const string Actor = "clock";

    /// <summary>The subject as it stands now: the same rights, at the version of the last thing told.</summary>
    public async Task<SubjectRights> TellAsync(Session session, Scope scope, string subjectRef, SubjectRights held, DateTimeOffset now)
    {
        // Another server's clock may have been a little ahead when it looked.
        var until = held.SeenAt > now ? held.SeenAt.Value : now;
        var told = held with { SeenAt = until };
        foreach (var instant in TimeRules.Between(held.Rights, held.SeenAt ?? until, until, leeway).GroupBy(news => news.At))
        {
            told = told with { Version = told.Version + 1 };
            var subject = new SubjectNews(scope, subjectRef, told, new Cause(ChangeSource.Clock, Actor, instant.Key, Actor, Actor), leeway);
            await outbox.AddAsync(
                session, scope, [.. instant.Select(news => new Announcement(TypeOf(news.Kind), subject.About(news.Right, news.Reason.ToWord())))], instant.Key)
                .ConfigureAwait(false);
            foreach (var ended in instant.Where(news => news.Kind == TimeNewsKind.Expired && news.Right.IsOver(news.At)))
            {
                LedgerStore.Lapse(session, scope, subjectRef, told.Version, ended.Right, subject.Cause);
            }
        }

        return told;
    }

    private static string TypeOf(TimeNewsKind kind) => kind switch
    {
        TimeNewsKind.Expiring => WebhookEventTypes.EntitlementExpiring,
        TimeNewsKind.Expired => WebhookEventTypes.EntitlementExpired,
        _ => WebhookEventTypes.EntitlementUpdated,
    };
}
