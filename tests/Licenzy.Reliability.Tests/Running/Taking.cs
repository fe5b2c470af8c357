namespace Licenzy.Reliability.Tests.Running;

/// <summary>A unit that somebody wants, by consuming or by holding it, under a key that makes its repeats safe.</summary>
internal sealed record Taking(string Path, string Subject, string Key)
{
    public const string Consume = "/v1/usage/consume";
    public const string Hold = "/v1/usage/hold";

    public static Taking New(string path, string subject) => new(path, subject, Guid.NewGuid().ToString());

    public Task<Reply> SendAsync(HttpClient app) => Reply.PostAsync(app, Path, new { subject_ref = Subject, units = 1 }, Key);
}
