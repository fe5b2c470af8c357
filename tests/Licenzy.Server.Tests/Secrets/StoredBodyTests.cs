using System.Security.Cryptography;
using System.Text;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Secrets;

/// <summary>What is kept of a body to know it again does not tell what was in it (SECURITY T25).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class StoredBodyTests(Engine engine) : ServerFixture(engine)
{
    [Test]
    [Spec("POST /portal/operators", "what is stored of an Idempotency-Key's body is of no use for guessing the password in it")]
    public async Task A_password_cannot_be_guessed_from_what_is_kept_of_its_body()
    {
        const string body = """{"email":"kept@example.com","password":"correct horse battery staple"}""";
        var key = Wire.NewKey();
        Assert.That((await Portal.SendAsync(HttpMethod.Post, "/portal/operators", body, key)).Status, Is.EqualTo(201));

        var kept = await Rows.ValueAsync<byte[]>(Server, "select body_hash from idempotency_keys where idempotency_key = @key", new { key });

        Assert.That(kept, Is.Not.Null.And.Not.EqualTo(SHA256.HashData(Encoding.UTF8.GetBytes(body))));
        Assert.That((await Portal.SendAsync(HttpMethod.Post, "/portal/operators", body, key)).Header("Idempotency-Replayed"), Is.EqualTo("true"));
        Assert.That((await Portal.SendAsync(HttpMethod.Post, "/portal/operators", body + " ", key)).Error, Is.EqualTo("idempotency_conflict"));
    }
}
