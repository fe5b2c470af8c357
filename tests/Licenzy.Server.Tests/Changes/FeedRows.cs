using Licenzy.Domain;
using Licenzy.Server.Changes;
using Licenzy.Server.Storage;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Changes;

/// <summary>Changes by the thousand, in the feed alone.</summary>
internal static class FeedRows
{
    /// <summary>So many changes of one mode in one transaction, versions <paramref name="first"/> and on, each of a subject with a name.</summary>
    public static Task AddAsync(LicenzyTestServer server, Scope scope, int times, int first = 1, string subject = "user") =>
        server.Services.GetRequiredService<Db>().WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("update change_feed_head set position = position + @times where id = 1", new { times });
                await session.ExecuteAsync(
                    """
                    insert into change_feed (position, workspace_id, mode, subject_ref, version, at)
                    with recursive n(i) as (select 1 union all select i + 1 from n where i < @times)
                    select (select position from change_feed_head where id = 1) - @times + i, @WorkspaceId, @mode, @subject, @first + i - 1, @at from n
                    """,
                    new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subject, times, first, at = Instant.Millis(server.Services.GetRequiredService<TimeProvider>().GetUtcNow()) });
                session.Wake(ChangeFeed.Topic);
            },
            CancellationToken.None);
}
