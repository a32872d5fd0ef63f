using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using ContactRouting.Audit;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Keys;
using ContactRouting.Storage;

namespace ContactRouting.Accounts;

/// <summary>Tokens that open a part of the own API. What the storage says of one is remembered for 30 s.</summary>
internal sealed class LimitedTokens(
    LiveTable live,
    DirectoryStore directories,
    RememberedAccounts accounts,
    SignedTokens signed,
    KeyRing keyRing,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>Of an account.</summary>
    public const int Most = 1000;

    private const string ContactAudience = "contact";

    // Of an id and a secret, 32 letters each.
    private const int ProofLength = 65;

    public static readonly TimeSpan ContactLife = TimeSpan.FromHours(24);

    private static readonly AccountSecret Secret = new("limitedToken", 32);

    private readonly IReadOnlyList<NamedKey> keys = keyRing.Derive("limited tokens");
    private readonly TimedCache<(int AccountId, string Id), LimitedToken?> tokens = new(RememberedAccounts.Life, time);

    /// <summary>
    /// Makes a token. Three reads and a transaction: the directory's version, how many there are, and who made one last, so
    /// that those who come at once are not more than there may be.
    /// </summary>
    /// <param name="operation">Of a request that may come again: id and secret follow from it, so that it makes one token.</param>
    /// <returns>The token and its text, which nobody can tell later.</returns>
    /// <exception cref="DomainException">It has a fault, names what is not there, or there are too many.</exception>
    public Task<(LimitedToken Token, string Text)> CreateAsync(
        int accountId,
        LimitedToken wish,
        TimeSpan life,
        string? operation,
        CancellationToken cancellationToken
    ) => Conflict.RetryAsync(() => TryCreateAsync(accountId, wish, life, operation, cancellationToken), time, cancellationToken);

    private async Task<(LimitedToken Token, string Text)> TryCreateAsync(
        int accountId,
        LimitedToken wish,
        TimeSpan life,
        string? operation,
        CancellationToken cancellationToken
    )
    {
        if (wish.Fault() is { } fault) throw Refused(fault);
        if (operation is not null && await MadeAsync(accountId, operation, cancellationToken) is { } made) return made;
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var agent = wish.AgentId is { } agentId
            ? directory.Agent(agentId) ?? throw Refused(new(nameof(LimitedToken.AgentId), "is no agent's."))
            : null;
        if (wish.ServiceIds.Any(id => directory.Service(id) is null))
            throw Refused(new(nameof(LimitedToken.ServiceIds), "names a service that is not there."));

        var last = await live.FindAsync<LastToken>(accountId, LiveKeys.Tokens, cancellationToken);
        var range = KeyRange.Prefix(LiveKeys.Tokens).Behind(LiveKeys.Tokens);
        if (await live.CountAsync(accountId, range, cancellationToken, Most) >= Most)
            throw new DomainException(ErrorKind.Conflict, $"The account has {Most} tokens; one has to be revoked first.");
        var secret = operation is null ? Secret.Drawn() : Secret.DerivedFor(operation, keys[0]);
        var token = wish with
        {
            Id = operation ?? Guid.NewGuid().ToString("n"),
            SecretHash = ClaimKey.Hash(secret),
            AgentExternalId = agent?.ExternalId,
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = time.GetUtcNow() + life,
        };
        var batch = new Batch(LiveTable.Partition(accountId));
        batch.Insert(RowKey(token.Id), token);
        batch.Insert(TimerOf(token), new object());
        if (last is null) batch.Insert(LiveKeys.Tokens, new LastToken { Id = token.Id });
        else batch.Replace(LiveKeys.Tokens, new LastToken { Id = token.Id }, last.ETag);
        audit.Add(batch, Entry("token.created", token));
        await live.CommitAsync(accountId, batch, null, cancellationToken);
        return (token, TextOf(accountId, token, secret));
    }

    /// <summary>A page of tokens by their ids, and the key that ends it; null on the last.</summary>
    public async Task<(IReadOnlyList<LimitedToken> Items, string? Last)> ListAsync(
        int accountId,
        string? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var range = KeyRange.Prefix(LiveKeys.Tokens).Behind(after ?? LiveKeys.Tokens);
        var rows = await live.RangeAsync<LimitedToken>(accountId, range, cancellationToken, limit + 1)
            .Take(limit + 1).ToListAsync(cancellationToken);
        var last = rows.Count > limit ? rows[limit - 1].Key : null;
        return ([.. rows.Take(limit).Select(row => row.Value)], last);
    }

    /// <exception cref="DomainException">There is no such token.</exception>
    public async Task<LimitedToken> GetAsync(int accountId, string id, CancellationToken cancellationToken) =>
        (await RowAsync(accountId, id, cancellationToken)).Value;

    /// <summary>Takes a token back: at once in this process, within 30 s in others.</summary>
    /// <exception cref="DomainException">There is no such token.</exception>
    public async Task RevokeAsync(int accountId, string id, CancellationToken cancellationToken)
    {
        await Conflict.RetryAsync(async () =>
        {
            var row = await RowAsync(accountId, id, cancellationToken);
            var batch = new Batch(LiveTable.Partition(accountId));
            batch.Delete(row.Key, row.ETag);
            batch.Delete(TimerOf(row.Value), ETag.All);
            audit.Add(batch, Entry("token.revoked", row.Value));
            await live.CommitAsync(accountId, batch, null, cancellationToken);
            return true;
        }, time, cancellationToken);
        tokens.Forget((accountId, id));
    }

    /// <summary>Removes tokens that are over, with their timers.</summary>
    public Task ForgetAsync(int accountId, IReadOnlyList<string> timers, CancellationToken cancellationToken) =>
        live.DeleteAsync(accountId, timers.Select(timer => RowKey(Timers.Parse(timer).Id)).Concat(timers), cancellationToken);

    /// <summary>
    /// The token of a text, where that is good now: a read of its row, of an agent's token one of the agent as well, and one
    /// of the account.
    /// </summary>
    public async Task<LimitedToken?> FindAsync(TokenText text)
    {
        if (text.Proof.Length != ProofLength || !text.Proof.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')) return null;
        if (text.Proof.Split('_') is not [var id, var secret]) return null;
        var token = await tokens.GetAsync((text.AccountId, id), () => StandingAsync(text.AccountId, id));
        return token is not null
            && token.Kind == text.Kind
            && token.ExpiresAt > time.GetUtcNow()
            && CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(token.SecretHash),
                Encoding.ASCII.GetBytes(ClaimKey.Hash(secret))
            )
            && await accounts.FindAsync(text.AccountId) is { Deleting: false }
            ? token
            : null;
    }

    /// <summary>A token for one contact alone. It is signed, so nothing is kept of it.</summary>
    public string OfContact(int accountId, string contactId)
    {
        var account = accountId.ToString(CultureInfo.InvariantCulture);
        return new TokenText(TokenKind.Contact, accountId, signed.Issue(ContactAudience, account, contactId, ContactLife)).ToString();
    }

    /// <summary>The contact whose token a text is, or null.</summary>
    public async Task<string?> FindContactAsync(TokenText text) =>
        await signed.ReadAsync(text.Proof, ContactAudience) is var (account, contactId)
        && account == text.AccountId.ToString(CultureInfo.InvariantCulture)
        && await accounts.FindAsync(text.AccountId) is { Deleting: false }
            ? contactId
            : null;

    /// <summary>A token whose agent is still the one that it was made for.</summary>
    private async Task<LimitedToken?> StandingAsync(int accountId, string id)
    {
        var token = (await live.FindAsync<LimitedToken>(accountId, RowKey(id), CancellationToken.None))?.Value;
        if (token?.AgentId is not { } agentId) return token;
        var agent = await live.FindAsync<Agent>(accountId, DirectoryKeys.Agent(agentId), CancellationToken.None);
        return agent?.Value.ExternalId == token.AgentExternalId ? token : null;
    }

    /// <summary>What an operation made before, under whichever key its secret was derived then.</summary>
    private async Task<(LimitedToken Token, string Text)?> MadeAsync(int accountId, string operation, CancellationToken cancellationToken)
    {
        if (await live.FindAsync<LimitedToken>(accountId, RowKey(operation), cancellationToken) is not { Value: var token }) return null;
        var secret = keys.Select(key => Secret.DerivedFor(operation, key)).FirstOrDefault(text => ClaimKey.Hash(text) == token.SecretHash)
            ?? throw new DomainException(ErrorKind.Conflict, "The token of this request was made under another encryption key.");
        return (token, TextOf(accountId, token, secret));
    }

    private async Task<Row<LimitedToken>> RowAsync(int accountId, string id, CancellationToken cancellationToken) =>
        id.Length > 0 && await live.FindAsync<LimitedToken>(accountId, RowKey(id), cancellationToken) is { } row
            ? row
            : throw DomainException.NotFound($"Token {id}");

    private static string RowKey(string id) => LiveKeys.Tokens + TableKey.TextOrHash(id);

    private static string TimerOf(LimitedToken token) => Timers.RowKey(token.ExpiresAt, TimerKind.Token, token.Id);

    private static string TextOf(int accountId, LimitedToken token, string secret) =>
        new TokenText(token.Kind, accountId, $"{token.Id}_{secret}").ToString();

    private static AuditEntry Entry(string action, LimitedToken token) =>
        new()
        {
            Action = action,
            TokenId = token.Id,
            TokenKind = TokenText.NameOf(token.Kind),
            AgentId = token.AgentId,
        };

    private static DomainException Refused(RecordFault fault) =>
        DomainException.Invalid(char.ToLowerInvariant(fault.Property[0]) + fault.Property[1..], fault.Message);

    /// <summary>Written with each creation, so that two of them cannot both count the last place as free.</summary>
    private sealed record LastToken
    {
        public string Id { get; init; } = "";
    }
}
