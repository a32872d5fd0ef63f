using System.Security.Cryptography;
using ContactRouting.Keys;
using ContactRouting.Tests.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ContactRouting.Tests.Accounts;

public sealed class KeyTests
{
    private static readonly string Old = $"old:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";
    private static readonly string New = $"new:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";

    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);

    [Fact]
    public void Sealed_value_opens_in_its_place_also_under_the_previous_key()
    {
        var value = Ring(Old).Seal("secret", "here");
        Assert.DoesNotContain("secret", value, StringComparison.Ordinal);
        Assert.Equal("secret", Ring(New, Old).Open(value, "here"));
        Assert.Null(Ring(Old).Open(value, "there"));
    }

    [Fact]
    public void What_no_key_opens_is_null_and_told_once_for_each_key()
    {
        var entries = new List<Exception?>();
        var keys = new KeyRing(Options.Create(new EncryptionOptions { CurrentKey = New }), new RecordingLogger<KeyRing>(entries));
        var other = $"new:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";
        foreach (var (key, told) in new[] { (Old, 1), (Old, 1), (other, 2), (other, 2) })
        {
            Assert.Null(keys.Open(Ring(key).Seal("secret", "here"), "here"));
            Assert.Equal(told, entries.Count);
        }
    }

    [Fact]
    public async Task Token_is_accepted_by_every_instance_with_the_key_until_it_expires()
    {
        var token = new SignedTokens(Ring(Old), time).Issue("api", "1", "id", TimeSpan.FromHours(1));
        var other = new SignedTokens(Ring(New, Old), time);
        Assert.Equal(("1", "id"), await other.ReadAsync(token, "api"));
        Assert.Null(await other.ReadAsync(token, "session"));
        Assert.Null(await other.ReadAsync(token[..^2] + "AA", "api"));
        Assert.Null(await new SignedTokens(Ring(New), time).ReadAsync(token, "api"));
        Assert.Null(await other.ReadAsync($"eyJhbGciOiJub25lIn0.{token.Split('.')[1]}.", "api"));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await other.ReadAsync(token, "api"));
    }

    private static KeyRing Ring(string current, string? previous = null) =>
        new(Options.Create(new EncryptionOptions { CurrentKey = current, PreviousKey = previous }), NullLogger<KeyRing>.Instance);
}
