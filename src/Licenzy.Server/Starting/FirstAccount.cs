using Licenzy.Domain;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Starting;

/// <summary>What a first start puts into an empty database: account, workspace, keys, and the operator that the settings name.</summary>
internal sealed class FirstAccount(Ids ids, Passwords passwords, TimeProvider clock)
{
    public async Task AddAsync(Session session, string admin, string test, LicenzyServerOptions.BootstrapOptions bootstrap)
    {
        // Fixed, so that the database itself refuses a second first account.
        const string account = "acc_00000000000000000000000000";
        var (workspace, now) = (ids.New("ws"), clock.GetUtcNow());
        await WorkspaceStore.AddFirstAsync(session, account, workspace, Instant.Millis(now)).ConfigureAwait(false);
        await WorkspaceStore.AddAdminKeyAsync(session, account, ids.New("key"), "First admin key", admin, Instant.Millis(now)).ConfigureAwait(false);
        if (bootstrap is { AdminEmail: { } email, AdminPassword: { } password })
        {
            await OperatorStore.AddAsync(session, new OperatorRow(ids.New("opr"), account, email, passwords.Hash(password), Instant.Millis(now))).ConfigureAwait(false);
        }

        foreach (var (mode, secret) in new[] { (Mode.Test, test), (Mode.Live, bootstrap.LiveKey) })
        {
            if (secret is not null)
            {
                var row = ApiKeyMapping.NewRow(
                    new Scope(workspace, mode), ids.New("key"), secret, ApiKeyKind.Runtime, $"First {mode.ToWord()} key", now, expiresAt: null);
                await KeyStore.AddAsync(session, row).ConfigureAwait(false);
            }
        }
    }
}
