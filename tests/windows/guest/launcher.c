/* python.exe, and under another name any program that a test wants to see in the list of processes.
 *
 * Where PLAYED_BY names a script, that script runs and gets all arguments, so that the process's own command line is
 * to the letter the played program's: `mstsc.exe /v:192.0.2.7:3389`, without a word about Python.
 *
 * TZ, by which Wine is told its zone, is not seen by programs: Windows has none, and its C library reads it otherwise.
 */
#include <stdlib.h>
#include <windows.h>

typedef int (*python_main)(int, wchar_t **);

static wchar_t script[32768];

int wmain(int count, wchar_t **given)
{
    SetEnvironmentVariableW(L"TZ", NULL);
    HMODULE python = LoadLibraryW(L"python311.dll");
    wchar_t **arguments = calloc(count + 2, sizeof *arguments);
    int at = 0;
    if (!python || !arguments)
        return 120;
    arguments[at++] = given[0];
    if (GetEnvironmentVariableW(L"PLAYED_BY", script, 32768))
        arguments[at++] = script;
    for (int i = 1; i < count; i++)
        arguments[at++] = given[i];
    return ((python_main)(void *)GetProcAddress(python, "Py_Main"))(at, arguments);
}
