using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;

namespace Licenzy.Server.Tests.Accounts;

/// <summary>Trying passwords is slow on purpose, and must not take the server with it (SECURITY T23, T39).</summary>
public sealed class PasswordsTests
{
    [Test]
    public async Task A_password_fits_its_hash_and_no_other()
    {
        using var passwords = new Passwords();
        var hash = await passwords.HashAsync("correct horse battery staple", CancellationToken.None);

        Assert.That(await passwords.FitsAsync(hash, "correct horse battery staple", CancellationToken.None), Is.True);
        Assert.That(await passwords.FitsAsync(hash, "correct horse battery stapler", CancellationToken.None), Is.False);
        Assert.That(await passwords.FitsAsync(null, "nobody has this password", CancellationToken.None), Is.False);
    }

    [Test]
    public async Task Many_tries_at_once_are_refused_but_for_a_few()
    {
        using var passwords = new Passwords(atATime: 1, waiting: 1);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            try
            {
                await passwords.FitsAsync(null, "whatever it is", CancellationToken.None);
                return (Status: 200, RetryAfter: null);
            }
            catch (RefusedException refused)
            {
                return (refused.Refusal.Status, RetryAfter: refused.Refusal.RetryAfterSeconds);
            }
        })));

        Assert.That(outcomes.Count(outcome => outcome == (200, null)), Is.AtLeast(1));
        Assert.That(outcomes.Where(outcome => outcome.Status != 200), Is.Not.Empty.And.All.EqualTo((503, (int?)1)));
        Assert.That(await passwords.FitsAsync(null, "whatever it is", CancellationToken.None), Is.False, "there is room again");
    }
}
