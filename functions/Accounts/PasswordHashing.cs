using ContactRouting.Errors;
using ContactRouting.Settings;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ContactRouting.Accounts;

internal sealed class PasswordsOptions
{
    public const string Section = "Passwords";

    public const int LeastRounds = 210_000;

    /// <summary>Rounds of PBKDF2-HMAC-SHA512; fewer than <see cref="LeastRounds"/> for tests alone.</summary>
    public int Rounds { get; set; } = LeastRounds;

    /// <summary>Of new passwords, in characters.</summary>
    public int MinimumLength { get; set; } = 10;
}

internal sealed class PasswordsOptionsValidation : IValidateOptions<PasswordsOptions>
{
    public ValidateOptionsResult Validate(string? name, PasswordsOptions options) =>
        SettingRange.Check(
            new("Passwords__rounds", options.Rounds, 1, 10_000_000),
            new("Passwords__minimumLength", options.MinimumLength, 8, 64)
        );
}

/// <summary>
/// Hashes passwords, as many at once as there are cores, first come first served, and on threads of its own: whoever guesses
/// takes neither the cores nor the threads of all other requests.
/// </summary>
internal sealed class PasswordHashing : IDisposable
{
    /// <summary>So many wait for a core, each at most some seconds, before others are sent away.</summary>
    private const int WaitingPerCore = 8;

    private readonly PasswordHasher<Principal> hasher;
    private readonly SemaphoreSlim cores = new(Environment.ProcessorCount);
    private readonly Lazy<string> hashOfNobody;
    private int inside;

    public PasswordHashing(IOptions<PasswordsOptions> options)
    {
        hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = options.Value.Rounds }));
        hashOfNobody = new(() => hasher.HashPassword(null!, AccountSecret.Password.Drawn()));
    }

    public static int Capacity => Environment.ProcessorCount * (1 + WaitingPerCore);

    /// <exception cref="DomainException">Too many are being hashed.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(() => hasher.HashPassword(null!, password), cancellationToken);

    /// <summary>Whether a password has a hash. It takes as long where there is none.</summary>
    /// <exception cref="DomainException">Too many are being hashed.</exception>
    public Task<PasswordVerificationResult> VerifyAsync(string? hash, string password, CancellationToken cancellationToken) =>
        RunAsync(
            () =>
            {
                var result = hasher.VerifyHashedPassword(null!, hash ?? hashOfNobody.Value, password);
                return hash is null ? PasswordVerificationResult.Failed : result;
            },
            cancellationToken
        );

    public void Dispose() => cores.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref inside) > Capacity)
                throw new DomainException(ErrorKind.Unavailable, "Too many passwords are being checked right now.");
            await cores.WaitAsync(cancellationToken);
            try
            {
                return await Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
            finally
            {
                cores.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref inside);
        }
    }
}
