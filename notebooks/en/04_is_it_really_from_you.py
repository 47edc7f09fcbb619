# ---
# jupyter:
#   jupytext:
#     notebook_metadata_filter: mailsim
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
#   mailsim:
#     lang: en
# ---

# %% [markdown]
# # A mail says that it comes from our school. Does it really?
#
# "From: school.example. The password for the timetable has run out, please enter it here." It looks like a letter from the
# school. But anybody can write any name at the top of a letter, and on the back of the envelope another one. So how
# can a post office, or a webmail service, find out? There are three helpers:
#
# - **Registered offices (SPF):** whoever owns a name publishes the offices where letters with this name **on the
#   envelope** are posted.
# - **Seal (DKIM):** whoever owns a name can seal letters. The seal shows **whose** it is, and it breaks when somebody
#   changes the letter.
# - **Mismatch rule (DMARC):** whoever owns the name **on the letter** publishes what shall happen if neither of the two
#   above has found that same name to be right: nothing (`p=none`), spam folder (`p=quarantine`), or refuse (`p=reject`).
#
# Which of them should the school publish, and in which order?
#
# *Everything here happens in a simulation. No real mail is ever sent.*

# %% [markdown] tags=["teacher"]
# <details><summary><b>For the teacher: a plan of 50 minutes</b></summary>
#
# | minutes | what | cells |
# |---|---|---|
# | 4 | The question. Who has had a mail with a false sender? How was it noticed? | question |
# | 5 | Everyone writes four predictions, alone, before anything runs. | 1, 2 |
# | 5 | Two names: envelope and letter. Compare the forged letter with the others. | 3 |
# | 8 | Runs in pairs: the slider from nothing to p=reject. A run takes less than a second. | 4 |
# | 5 | What surprised you? | 5 |
# | 6 | By hand: SPF and p=reject without a seal. Then check. | 6 |
# | 6 | Detours: what repairs forwarded letters, and what does not. | 7 |
# | 4 | In which order? | 8 |
# | 7 | Predictions beside results, exit ticket, hand in the file. | 9, 10 |
#
# Aim (Informatics I, information networks and security; modelling and simulation): to tell the name that a check has
# found right from the name that people read, to follow a rule by hand, and to see that protection has a price which can be
# measured before it is paid. The surprises: SPF and DKIM together stop none of the forged letters, since the forger
# passes both in his own name; p=reject stops them all and one in ten genuine letters; and p=reject without the other
# two refuses everything that the school itself writes.
#
# The rules are those of RFC 7208 (SPF), RFC 6376 (DKIM) and RFC 7489 (DMARC); the letters are judged by them, so the
# tables are no guesses. How many letters take a detour (30 of 100) and how many are forged is made up. This webmail does
# what the name's owner asks for and nothing else; real ones also look at content and reputation. Of forwarded letters
# only the second hop is simulated. Many mailing lists avoid the trouble today by writing their own name into From;
# ARC, with which a forwarder vouches for what it saw, is left out. The model is `scenarios/is_it_from_school.yaml`.
# Without Jupyter, make a page for any browser: `mailsim sweep scenarios/is_it_from_school.yaml --grid
# senders.school.authentication.dmarc=none,reject --out page.html`.
#
# </details>

# %%
from sim import learn

lesson = learn.start("04_is_it_really_from_you")

# %% [markdown]
# ## 1. Who are you?

# %%
lesson.who(name="", class_number="")

# %% [markdown]
# ## 2. Predict first
#
# The school writes 100 letters to families: 70 go straight to their webmail, 20 to a university that forwards them to
# the webmail unchanged, and 10 over the mailing list of the parents' association, which adds a line at the bottom.
# Somebody else sends 50 forged letters in the school's name. He has a name of his own as well, `crook.example`, registers
# his offices under it and seals with it.
#
# A wrong prediction is worth as much as a right one: it shows you where your model differs.

# %%
lesson.predict(forged_arrive=None, lost_at_reject=None, lost_at_once=None, who_suffers=None)

# %% [markdown]
# ## 3. Look: two names
#
# The school has registered one office: 198.51.100.20. It seals its letters.

# %%
lesson.look()

# %% [markdown]
# - What is the same on all four letters? What do readers see?
# - In what does the forged letter differ from the first one? Who gets to see that?
# - What has the university changed, and what the parents' list?

# %% [markdown]
# ## 4. Run it
#
# Choose with the slider what the school has published, then run the cell below it. Go through all six steps.

# %%
lesson.slider()

# %%
lesson.run()

# %% [markdown]
# ## 5. What surprised you?
#
# - SPF and DKIM are published, and the forged letters pass **both**. How is that possible?
# - What does `p=none` change? Look at the left half and at the right half.
# - From which step on do genuine letters suffer? Which ones, and why not those of the university?

# %% [markdown]
# <details><summary>What happens here</summary>
#
# SPF looks at the name on the envelope, DKIM at the name on the seal. The forger writes his own name on both, and
# everything is in order, for `crook.example`. Readers see neither of them: they see the name on the letter. Only DMARC
# compares. The forged letter does not match, and the school's rule says what becomes of it.
#
# But genuine letters can fail, too. From the university's office SPF fails, since the school has never registered that
# office; the seal is intact, and one of the two is enough. On the parents' list the added line breaks the seal, and on
# the envelope stands the list's name. Nothing is left that speaks for the school.
#
# </details>

# %% [markdown]
# ## 6. Exercise: by hand
#
# Suppose the school publishes SPF and `p=reject`, but does not seal its letters. Take the picture of section 3, cover
# the school's seals, and decide for each kind of letter, from left to right: does SPF pass, for whose name, and is that
# the name on the letter? Write True where it arrives and False where it is refused.

# %%
arrives = [None, None, None, None]

# %% tags=["solution"] jupyter={"source_hidden": true}
arrives = [True, False, False, False]
print(*arrives)

# %% [markdown]
# Now check. What is named between the brackets is published, and nothing else.

# %%
lesson.publish("spf", "dmarc=reject")

# %% [markdown]
# <details><summary>Solution, step by step</summary>
#
# From the school: office 198.51.100.20 is registered, for `school.example`, which matches: arrives. Forwarded: the envelope
# still says `school.example`, but the office is the university's: SPF fails, and there is no seal: refused. Parents'
# list: SPF passes for `parents.example`, which is not the name on the letter: refused. Forged: SPF passes for
# `crook.example`: refused. So 30 of 100 genuine letters are lost, all that take a detour.
#
# </details>

# %% [markdown]
# ## 7. Exercise: what helps letters on a detour?
#
# The university proposes to write its own name on the envelope, so that SPF passes (this is called SRS). Does it help?
# Write down a guess, then run. Compare the left half with the one before.

# %%
lesson.publish("spf", "dmarc=reject", "letters.forwarded.forwarded.srs=yes")

# %% [markdown]
# What can the school do, so that the university's letters arrive? And what would the parents' list have to do? (It is
# `letters.by_list.forwarded.alters_body=no`, after a comma.) Change the cell and run it.

# %%
lesson.publish("spf", "dmarc=reject")

# %% tags=["solution"] jupyter={"source_hidden": true}
lesson.publish("spf", "dkim", "dmarc=reject", "letters.by_list.forwarded.alters_body=no")

# %% [markdown]
# And does that stop every forger? He reads about it, and changes one letter of the name: `schoo1`, with the digit one.

# %%
lesson.publish("spf", "dkim", "dmarc=reject", "letters.forged.forges=schoo1.example")

# %% [markdown]
# <details><summary>Solution, and what it means</summary>
#
# SRS repairs SPF, but for the university's name, and DMARC asks for the name on the letter: nothing is gained. The
# school's seal helps, since it comes along on the way. Where the list leaves letters as they are, their seal survives as
# well. And `schoo1.example` is another name, with another owner, who publishes no rule: DMARC protects one name, and
# not the eyes of those who read it.
#
# </details>

# %% [markdown]
# ## 8. In which order?
#
# A neighbouring school has read that `p=reject` is the safest, and begins with it. It has registered no offices yet and
# seals nothing. What becomes of its letters?

# %%
lesson.publish("dmarc=reject")

# %% [markdown]
# How could it have found out before, without losing a letter? Change one word in the cell and run it again.

# %%
lesson.publish("dmarc=reject")

# %% tags=["solution"] jupyter={"source_hidden": true}
lesson.publish("dmarc=none")

# %% [markdown]
# <details><summary>Solution, and what it means</summary>
#
# With `p=none` the left half is the same and nobody loses a letter. Receivers that take part send the owner of a name
# reports, as a rule once a day, of how many letters in his name came from which address and which checks they passed: the
# left half of the picture. So: register the offices and seal first; then `p=none`, and read the reports until all that is
# genuine passes; talk to those who run lists; then `p=quarantine`, where a mistake still lies in the spam folder and not
# nowhere; and `p=reject` last.
#
# </details>

# %% [markdown]
# ## 9. Your predictions

# %%
lesson.compare()

# %% [markdown]
# ## 10. Exit ticket

# %%
lesson.exit_ticket(not_enough="", order="")

# %% [markdown]
# The last cell writes one file with your predictions, your runs and your answers. Excel opens it.

# %%
lesson.hand_in()
