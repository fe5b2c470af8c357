namespace Licenzy.Server.Tests.Engines;

public sealed class ServerLogTests
{
    [Test]
    public void A_server_is_ready_when_it_says_so()
    {
        var log = new ServerLog();
        log.Add("LOG:  starting PostgreSQL");
        Assert.That(log.Ready.IsCompleted, Is.False);

        log.Add("LOG:  database system is ready to accept connections");
        Assert.That(log.Ready.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public void A_server_that_gives_up_says_why()
    {
        var log = new ServerLog();
        log.Add("FATAL:  could not map anonymous shared memory");

        Assert.That(async () => await log.Ready, Throws.InvalidOperationException.With.Message.Contains("shared memory"));
    }

    [Test]
    public void A_taken_port_is_told_from_other_failures()
    {
        var log = new ServerLog();
        log.Add("FATAL:  could not create any TCP/IP sockets");

        Assert.That(async () => await log.Ready, Throws.TypeOf<PortTakenException>());
    }
}
