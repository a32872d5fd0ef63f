using System.Collections.Frozen;
using ContactRouting.Errors;
using Microsoft.Extensions.Options;
using Zxcvbn;

namespace ContactRouting.Accounts;

/// <summary>What a new password has to be. The list of common ones is that of the package zxcvbn-core.</summary>
internal sealed class NewPasswords(IOptions<PasswordsOptions> options)
{
    private const string Resource = "zxcvbn-core.Dictionaries.passwords.lst";

    private readonly Lazy<FrozenSet<string>> common = new(() => ReadCommon(options.Value.MinimumLength));

    /// <exception cref="DomainException">The password is too short, its user's name, or one that everybody tries first.</exception>
    public void Refuse(string password, string username)
    {
        var least = options.Value.MinimumLength;
        var fault =
            password.Length < least ? $"must be at least {least} characters long."
            : password.Equals(username, StringComparison.OrdinalIgnoreCase) ? "must not be the user's name."
            : common.Value.Contains(password.ToLowerInvariant()) ? "is one of the most common passwords."
            : null;
        if (fault is not null) throw DomainException.Invalid("password", fault);
    }

    private static FrozenSet<string> ReadCommon(int least)
    {
        using var stream = typeof(Result).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{typeof(Result).Assembly} has no {Resource}.");
        using var reader = new StreamReader(stream);
        var words = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Trim() is var word && word.Length >= least) words.Add(word.ToLowerInvariant());
        }
        return words.ToFrozenSet(StringComparer.Ordinal);
    }
}
