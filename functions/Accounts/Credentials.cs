using System.Globalization;
using Azure;
using ContactRouting.Audit;
using ContactRouting.Directory;
using ContactRouting.Errors;
using ContactRouting.Keys;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ContactRouting.Accounts;

/// <summary>Who signed in with a password: an account's administrator, or one of its agents.</summary>
internal sealed record Principal(int AccountId, int? AgentId)
{
    public bool IsAdministrator => AgentId is null;

    /// <summary>A client with an access token: it may do what the administrator may, and has no password and no sessions.</summary>
    public bool IsClient { get; init; }

    public AuditActor Actor =>
        new(IsClient ? ActorKind.Client : IsAdministrator ? ActorKind.Administrator : ActorKind.Agent) { AgentId = AgentId };

    /// <summary>The partition of its credentials.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{AccountId}|{(AgentId is { } id ? id : "administrator")}");

    public static Principal Parse(string text)
    {
        var parts = TableKey.Parts(text);
        return new Principal(
            int.Parse(parts[0], CultureInfo.InvariantCulture),
            parts[1] == "administrator" ? null : int.Parse(parts[1], CultureInfo.InvariantCulture)
        );
    }
}

/// <summary>A password that can be stored.</summary>
internal sealed record HashedPassword(string Hash);

/// <summary>What came of comparing a password.</summary>
internal enum PasswordCheck
{
    Wrong,
    Right,

    /// <summary>It was found right within the last 30 s.</summary>
    Remembered,
}

/// <summary>How a session's token comes in. One does not open what takes the other.</summary>
internal enum SessionUse
{
    /// <summary>In a cookie, which a browser sends along by itself.</summary>
    Cookie,

    /// <summary>In the header, where a page's script puts it.</summary>
    Bearer,
}

/// <summary>A session that stands.</summary>
/// <param name="LastUsedAt">To a quarter of an hour.</param>
/// <param name="Address">The client's that opened it; null where it could not be told.</param>
internal sealed record StandingSession(
    string Id,
    DateTimeOffset OpenedAt,
    DateTimeOffset LastUsedAt,
    DateTimeOffset EndsAt,
    string? Address
);

/// <summary>
/// Passwords and sessions. A principal is one partition: its password with a generation, and the sessions that were
/// opened under it, so that one read tells whether a session stands, and a new password ends them all. What follows a change,
/// a timer of the account's makes sure of.
/// </summary>
internal sealed class Credentials(
    Tables tables,
    LiveTable live,
    PasswordHashing hashing,
    SignedTokens tokens,
    AuditLog audit,
    IOptions<SessionsOptions> options,
    TimeProvider time
)
{
    public const int MaxPasswordLength = 1000;

    /// <summary>How old the timer is that follows a change when a sweep does: the change itself is over.</summary>
    public static readonly TimeSpan FollowUpAge = TimeSpan.FromMinutes(2);

    private const string PasswordRow = "password";
    private const string SessionPrefix = "s|";
    private const int MaxSessions = 50;

    private static readonly TimeSpan CacheLife = TimeSpan.FromSeconds(30);

    /// <summary>How often the use of a session is written down.</summary>
    private static readonly TimeSpan UseInterval = TimeSpan.FromMinutes(15);

    // By principal, so that what ends here ends at once in this process.
    private readonly TimedCache<Principal, IReadOnlyDictionary<string, Row<Session>>> sessions = new(CacheLife, time);
    private readonly TimedCache<Principal, string> verified = new(CacheLife, time);

    public TimeSpan SessionLife => TimeSpan.FromHours(options.Value.LifeHours);

    private TimeSpan IdleLife => TimeSpan.FromHours(options.Value.IdleHours);

    /// <summary>The row of the timer that follows a change of a principal's credentials.</summary>
    public static string FollowUpTimer(DateTimeOffset at, Principal principal) =>
        Timers.RowKey(at, TimerKind.Credentials, principal.AgentId is { } id ? TableKey.Number(id) : "");

    /// <summary>What takes long and may be refused: to be done before anything is changed.</summary>
    /// <exception cref="DomainException">Too many passwords are being hashed.</exception>
    public async Task<HashedPassword> HashAsync(string password, CancellationToken cancellationToken) =>
        new(await hashing.HashAsync(password, cancellationToken));

    /// <summary>The password of a new account, whose creation stands in the audit log.</summary>
    public async Task SetFirstPasswordAsync(Principal principal, HashedPassword password, CancellationToken cancellationToken)
    {
        var row = await MakeAsync(principal, password, cancellationToken);
        await tables.Credentials.UpsertAsync(principal.ToString(), PasswordRow, row, cancellationToken);
        Forget(principal);
    }

    /// <summary>Sets a password; all sessions under the one before end.</summary>
    public async Task SetPasswordAsync(Principal principal, HashedPassword password, CancellationToken cancellationToken)
    {
        var row = await MakeAsync(principal, password, cancellationToken);
        var timer = FollowUpTimer(time.GetUtcNow(), principal);
        var announced = new Batch(LiveTable.Partition(principal.AccountId));
        announced.Upsert(timer, new object());
        await live.CommitAsync(principal.AccountId, announced, null, cancellationToken);
        var batch = new Batch(principal.ToString());
        batch.Upsert(PasswordRow, row);
        audit.Add(batch, new AuditEntry { Action = "password.changed", AgentId = principal.AgentId });
        await tables.Credentials.CommitAsync(batch, cancellationToken);
        Forget(principal);
        await AfterCommit.AsFarAsItGoesAsync(() => FollowUpAsync(principal.AccountId, [timer], cancellationToken));
    }

    /// <summary>
    /// Does what follows changes of credentials: the audit log gets their entries, and what is left of a principal that is
    /// gone goes. The timers go last, so that a sweep does it again where this was killed.
    /// </summary>
    /// <param name="timers">Of an account's principals.</param>
    public async Task FollowUpAsync(int accountId, IReadOnlyList<string> timers, CancellationToken cancellationToken)
    {
        foreach (var timer in timers)
        {
            var agent = Timers.Parse(timer).Id;
            await TidyAsync(
                new Principal(accountId, agent.Length == 0 ? null : int.Parse(agent, CultureInfo.InvariantCulture)),
                cancellationToken
            );
        }
        await live.DeleteAsync(accountId, timers, cancellationToken);
    }

    private async Task<Password> MakeAsync(Principal principal, HashedPassword password, CancellationToken cancellationToken) =>
        new()
        {
            Hash = password.Hash,
            Generation = Guid.NewGuid().ToString("n"),
            Owner = await OwnerAsync(principal, cancellationToken) ?? throw DomainException.NotFound("User"),
        };

    private async Task TidyAsync(Principal principal, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(principal, cancellationToken);
        var entries = rows.Where(row => row.Key.StartsWith(LiveKeys.Audit, StringComparison.Ordinal));
        await audit.MoveAsync(tables.Credentials, LiveTable.Partition(principal.AccountId), entries, cancellationToken);
        Forget(principal);
        if (await OwnedAsync(principal, rows, cancellationToken) is not null) return;

        // Where it is another one by now, it belongs to who has the principal's id now.
        if (
            rows.Find(row => row.Key == PasswordRow) is { } password
            && !await tables.Credentials.TryDeleteAsync(principal.ToString(), PasswordRow, password.ETag, cancellationToken)
        )
            return;
        await tables.Credentials.DeleteRowsAsync(principal.ToString(), SessionsIn(rows).Select(row => row.Key), cancellationToken);
    }

    /// <summary>Whether a password is the principal's; one that was found right is remembered, as its hash, for 30 s.</summary>
    public async Task<PasswordCheck> VerifyAsync(Principal? principal, string password, CancellationToken cancellationToken)
    {
        var hash = ClaimKey.Hash(password);
        if (principal is not null && await verified.FindAsync(principal) == hash) return PasswordCheck.Remembered;
        var (stored, _) = await ReadAsync(principal, password, cancellationToken);
        if (stored is null) return PasswordCheck.Wrong;
        verified.Keep(principal!, hash);
        return PasswordCheck.Right;
    }

    /// <summary>Opens a session; null where the password is wrong or there is no such principal.</summary>
    /// <param name="address">The client's; null where it cannot be told.</param>
    public async Task<string?> OpenSessionAsync(
        Principal? principal,
        string password,
        string? address,
        CancellationToken cancellationToken,
        SessionUse use = SessionUse.Cookie
    )
    {
        var (stored, rows) = await ReadAsync(principal, password, cancellationToken);
        if (principal is null || stored is null) return null;

        var id = Guid.NewGuid().ToString("n");
        var now = time.GetUtcNow();
        var session = new Session
        {
            Generation = stored.Generation,
            OpenedAt = now,
            LastUsedAt = now,
            Address = address,
        };
        var batch = new Batch(principal.ToString());
        batch.Insert(SessionPrefix + id, session);
        var open = SessionsIn(rows).OrderByDescending(row => row.Value.OpenedAt).ToList();
        var ended = open.Where((row, index) => !Stands(row.Value, stored.Generation, now) || index >= MaxSessions - 1);
        foreach (var row in ended.Take(Batch.MaxActions - 1)) batch.Delete(row.Key, ETag.All);
        try
        {
            await tables.Credentials.CommitAsync(batch, cancellationToken);
        }
        catch (ConflictException)
        {
            // Another login tidied up at the same time; the next one does it again.
            await tables.Credentials.TryInsertAsync(batch.PartitionKey, SessionPrefix + id, session, cancellationToken);
        }
        return tokens.Issue(AudienceOf(use), principal.ToString(), id, SessionLife);
    }

    /// <summary>Whose session a token is; null where it is not ours, closed, too old, or older than the password.</summary>
    public async Task<Principal?> FindAsync(string token) => (await FindSessionAsync(token))?.Principal;

    /// <summary>A token's session and whose it is; null where it does not stand. Its use is written down, now and then.</summary>
    public async Task<(Principal Principal, StandingSession Session)?> FindSessionAsync(string token, SessionUse use = SessionUse.Cookie)
    {
        if (await tokens.ReadAsync(token, AudienceOf(use)) is not var (subject, id)) return null;
        var principal = Principal.Parse(subject);
        if (!(await StandingAsync(principal)).TryGetValue(id, out var row))
        {
            // Perhaps it was opened by another process since.
            sessions.Forget(principal);
            if (!(await StandingAsync(principal)).TryGetValue(id, out row)) return null;
        }
        if (time.GetUtcNow() - row.Value.LastUsedAt >= UseInterval) await UseAsync(principal, row);
        return (principal, Show(row));
    }

    /// <summary>A principal's sessions, the newest first: 2 reads.</summary>
    public async Task<IReadOnlyList<StandingSession>> SessionsAsync(Principal principal)
    {
        sessions.Forget(principal);
        return [.. (await StandingAsync(principal)).Values.Select(Show).OrderByDescending(session => session.OpenedAt)];
    }

    /// <summary>Writes down that a session is used; where several do so at once, one of them.</summary>
    private async Task UseAsync(Principal principal, Row<Session> row)
    {
        var used = row.Value with { LastUsedAt = time.GetUtcNow() };
        await tables.Credentials.TryReplaceAsync(principal.ToString(), row.Key, used, row.ETag, CancellationToken.None);
        sessions.Forget(principal);
    }

    private StandingSession Show(Row<Session> row) =>
        new(row.Key[SessionPrefix.Length..], row.Value.OpenedAt, row.Value.LastUsedAt, EndOf(row.Value), row.Value.Address);

    private DateTimeOffset EndOf(Session session) =>
        session.OpenedAt + SessionLife < session.LastUsedAt + IdleLife ? session.OpenedAt + SessionLife : session.LastUsedAt + IdleLife;

    private bool Stands(Session session, string? generation, DateTimeOffset now) =>
        session.Generation == generation && EndOf(session) > now;

    private static IEnumerable<Row<Session>> SessionsIn(IEnumerable<StoredRow> rows) =>
        rows.Where(row => row.Key.StartsWith(SessionPrefix, StringComparison.Ordinal)).Select(row => row.Read<Session>());

    public async Task CloseSessionAsync(string token, CancellationToken cancellationToken)
    {
        if (await tokens.ReadAsync(token, AudienceOf(SessionUse.Cookie)) is var (subject, id))
            await CloseSessionAsync(Principal.Parse(subject), id, cancellationToken);
    }

    /// <summary>Ends a session; nothing where there is none of that id.</summary>
    /// <param name="id">Of one of the principal's sessions, as they are shown.</param>
    public async Task CloseSessionAsync(Principal principal, string id, CancellationToken cancellationToken)
    {
        await tables.Credentials.DeleteAsync(principal.ToString(), SessionPrefix + id, cancellationToken);
        sessions.Forget(principal);
    }

    /// <summary>Removes the credentials of an account's administrator and of all its agents, those that are gone included.</summary>
    public async Task RemoveAllAsync(int accountId, CancellationToken cancellationToken)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"{accountId}|");
        await foreach (var principal in tables.Credentials.PartitionsAsync(prefix, cancellationToken))
        {
            await tables.Credentials.DeleteRowsAsync(principal.Key, principal, cancellationToken);
            Forget(Principal.Parse(principal.Key));
        }
    }

    private static string AudienceOf(SessionUse use) => use == SessionUse.Cookie ? "session" : "bearer session";

    private void Forget(Principal principal)
    {
        sessions.Forget(principal);
        verified.Forget(principal);
    }

    /// <summary>The sessions that stand by their ids: those of the password of now, and of who has the principal's id now.</summary>
    private Task<IReadOnlyDictionary<string, Row<Session>>> StandingAsync(Principal principal) =>
        sessions.GetAsync(principal, async () =>
        {
            var rows = await ReadAsync(principal, CancellationToken.None);
            var (generation, now) = ((await OwnedAsync(principal, rows, CancellationToken.None))?.Generation, time.GetUtcNow());
            return SessionsIn(rows)
                .Where(row => Stands(row.Value, generation, now))
                .ToDictionary(row => row.Key[SessionPrefix.Length..]);
        });

    /// <summary>All rows of a principal; the password only where it is right. It takes as long where there is none.</summary>
    private async Task<(Password? Password, List<StoredRow> Rows)> ReadAsync(
        Principal? principal,
        string password,
        CancellationToken cancellationToken
    )
    {
        var rows = principal is null ? [] : await ReadAsync(principal, cancellationToken);
        var stored = principal is null ? null : await OwnedAsync(principal, rows, cancellationToken);
        var result = await hashing.VerifyAsync(stored?.Hash, password, cancellationToken);
        if (result == PasswordVerificationResult.SuccessRehashNeeded)
            await RenewAsync(principal!, stored!, password, rows, cancellationToken);
        return (result == PasswordVerificationResult.Failed ? null : stored, rows);
    }

    /// <summary>Hashes a password anew after the rule of today; its sessions stay. Where it was changed meanwhile, that counts.</summary>
    private async Task RenewAsync(
        Principal principal,
        Password stored,
        string password,
        List<StoredRow> rows,
        CancellationToken cancellationToken
    )
    {
        var etag = rows.Single(row => row.Key == PasswordRow).ETag;
        var renewed = stored with { Hash = await hashing.HashAsync(password, cancellationToken) };
        await tables.Credentials.TryReplaceAsync(principal.ToString(), PasswordRow, renewed, etag, cancellationToken);
    }

    /// <summary>The stored password with its owner, where that is the agent or account that has the principal's id now.</summary>
    private async Task<Password?> OwnedAsync(Principal principal, List<StoredRow> rows, CancellationToken cancellationToken)
    {
        var stored = rows.Find(row => row.Key == PasswordRow)?.Read<Password>().Value;
        return stored is not null
            && await OwnerAsync(principal, cancellationToken) is { } owner
            && (stored.Owner.Length == 0 || stored.Owner == owner)
            ? stored with { Owner = owner }
            : null;
    }

    /// <summary>What tells an agent or an account from a later one of the same id; null where there is none.</summary>
    private async Task<string?> OwnerAsync(Principal principal, CancellationToken cancellationToken) =>
        principal.AgentId is { } agentId
            ? (await live.FindAsync<Agent>(principal.AccountId, DirectoryKeys.Agent(agentId), cancellationToken))?.Value.ExternalId
            : await live.FindAsync<Account>(principal.AccountId, LiveKeys.Account, cancellationToken) is { Value.Deleting: false } account
                ? account.Value.ClientId
                : null;

    private ValueTask<List<StoredRow>> ReadAsync(Principal principal, CancellationToken cancellationToken) =>
        tables.Credentials.RangeAsync(principal.ToString(), KeyRange.All, cancellationToken).ToListAsync(cancellationToken);

    private sealed record Password
    {
        public string Hash { get; init; } = "";

        public string Generation { get; init; } = "";

        /// <summary>Whose it is; empty in rows of earlier versions.</summary>
        public string Owner { get; init; } = "";
    }

    private sealed record Session
    {
        public string Generation { get; init; } = "";

        public DateTimeOffset OpenedAt { get; init; }

        public DateTimeOffset LastUsedAt { get; init; }

        public string? Address { get; init; }
    }
}
